/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef MODEL_STORE_H
#define MODEL_STORE_H

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A server's memory for the weights of DNNs, its models.
 *
 * A model takes its memory from when it begins to load. Room for it is made by evicting the least
 * recently used models, but never one that is in use or that loads.
 */
class ModelStore
{
  public:
    /// Models by name.
    using Names = std::set<std::string>;

    /**
     * @param memoryBytes size of the memory, byte; 0: unlimited
     */
    explicit ModelStore(uint64_t memoryBytes = 0);

    /**
     * @return whether the memory is limited
     */
    bool IsLimited() const;

    /**
     * @param model its name
     * @return whether it is loaded
     */
    bool IsResident(const std::string& model) const;

    /**
     * @param model its name
     * @return whether it is being loaded
     */
    bool IsLoading(const std::string& model) const;

    /**
     * @param bytes size of a model
     * @return whether the memory holds it, if nothing else is there
     */
    bool CanEverHold(uint64_t bytes) const;

    /**
     * @param bytes size of a model that is not there
     * @param inUse the models that must stay
     * @return whether there is room for it once all others are evicted
     */
    bool CanHold(uint64_t bytes, const Names& inUse) const;

    /**
     * Begin to load a model: make room, and take its memory.
     *
     * @param model its name; it must be neither resident nor loading
     * @param bytes its size; CanHold must be true for it
     * @param inUse the models that must stay
     * @return what was evicted, in this order: name and size, byte
     */
    std::vector<std::pair<std::string, uint64_t>> BeginLoading(const std::string& model,
                                                               uint64_t bytes,
                                                               const Names& inUse);

    /**
     * A model is loaded. This counts as its first use.
     *
     * @param model its name; it must be loading
     * @return its size, byte
     */
    uint64_t FinishLoading(const std::string& model);

    /**
     * A model is used.
     *
     * @param model its name; nothing happens if it is not resident
     */
    void Use(const std::string& model);

    /**
     * Empty the memory.
     *
     * @return what was in it, by name: name and size, byte
     */
    std::vector<std::pair<std::string, uint64_t>> Clear();

    /**
     * @return number of models that are loaded
     */
    std::size_t CountResident() const;

    /**
     * @return size of the models that are loaded, byte
     */
    uint64_t GetResidentBytes() const;

  private:
    /// A model that is loaded, or being loaded.
    struct Model
    {
        uint64_t bytes{0};      ///< its size
        bool isResident{false}; ///< whether it is loaded
        uint64_t lastUse{0};    ///< number of its latest use
    };

    /// @param inUse the models that must stay @return size of these and of those that load, byte
    uint64_t GetBytesToKeep(const Names& inUse) const;

    uint64_t m_memoryBytes;                ///< size of the memory; 0: unlimited
    std::map<std::string, Model> m_models; ///< by name
    uint64_t m_uses{0};                    ///< number of uses so far
};

} // namespace surgery
} // namespace ns3

#endif // MODEL_STORE_H
