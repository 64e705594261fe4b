/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef MODEL_LOADER_H
#define MODEL_LOADER_H

#include "model-store.h"

#include "ns3/callback.h"
#include "ns3/data-rate.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/surgery-model-record.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Loads models into a server's memory, one after another, in the order in which they are asked for.
 */
class ModelLoader
{
  public:
    /// How much memory there is, and how long a model takes into it.
    struct Settings
    {
        uint64_t memoryBytes{0}; ///< size of the memory, byte; 0: unlimited
        DataRate rate{0};        ///< of loading; 0: without a limit
        Time delay;              ///< of each model, >= 0
    };

    /// Called at each change; the record's server is still to be set.
    using ChangedCallback = Callback<void, ModelRecord>;

    /**
     * @param settings how it loads
     * @param changed called at each change
     */
    ModelLoader(const Settings& settings, ChangedCallback changed);

    /// Cancel what is being loaded.
    ~ModelLoader();

    ModelLoader(const ModelLoader&) = delete;
    ModelLoader& operator=(const ModelLoader&) = delete;

    /**
     * @return the memory
     */
    const ModelStore& GetStore() const;

    /**
     * Load a model for which there is room. If it takes no time and no other one loads, it is
     * resident at once.
     *
     * @param model its name; it must be neither resident nor loading
     * @param bytes its size; the memory must be able to hold it
     * @param inUse the models that must stay
     */
    void Load(const std::string& model, uint64_t bytes, const ModelStore::Names& inUse);

    /**
     * A model is used.
     *
     * @param model its name; nothing happens if it is not resident
     */
    void Use(const std::string& model);

    /**
     * Report a model that the memory can never hold, the first time.
     *
     * @param model its name
     * @param bytes its size
     */
    void Refuse(const std::string& model, uint64_t bytes);

    /**
     * Empty the memory, and cancel what is being loaded.
     */
    void Clear();

  private:
    /// Load the first one that waits.
    void LoadNext();
    /// The first one that waits is loaded.
    void HandleLoaded();
    /// Tell the owner. @param model which one @param event what happened to it @param bytes its
    /// size
    void Tell(const std::string& model, ModelEvent event, uint64_t bytes) const;
    /// @param bytes a model's size @return how long it takes to load
    Time GetLoadTime(uint64_t bytes) const;

    /// A model that is to be loaded.
    struct Request
    {
        std::string model; ///< its name
        uint64_t bytes;    ///< its size
    };

    Settings m_settings;             ///< how it loads
    ChangedCallback m_changed;       ///< to the owner
    ModelStore m_store;              ///< the memory
    std::deque<Request> m_requests;  ///< the first one is being loaded
    EventId m_loadEvent;             ///< end of loading the first one
    std::set<std::string> m_refused; ///< models that were reported as too large
};

} // namespace surgery
} // namespace ns3

#endif // MODEL_LOADER_H
