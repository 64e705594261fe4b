/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SERVED_MODELS_H
#define SERVED_MODELS_H

#include "model-loader.h"

#include "ns3/ptr.h"
#include "ns3/surgery-cut-reason.h"
#include "ns3/surgery-server-processor.h"

#include <cstdint>
#include <map>
#include <memory>

namespace ns3
{
namespace surgery
{

class ServedDevice;

/**
 * @ingroup dnn-surgery
 *
 * Which devices a server cannot serve now, because the weights of their DNN are not in its memory.
 *
 * A device whose DNN could be loaded takes part in the game: it shows whether loading pays. If a
 * decision gives it a share, its DNN begins to load, and until that is done the device does not
 * play. The same holds for a device for whose DNN there is no room. A device with several variants
 * needs the DNNs of all of them there, since each decision may pick another. A DNN is in use, and
 * stays, while one of its devices holds a share, also one on hold, has work on the server, or waits
 * for another DNN to be loaded.
 *
 * Devices that decide themselves name no DNN: theirs count as there.
 */
class ServedModels
{
  public:
    /// Devices that cannot be served now, and why: MODEL_LOADING or NO_MEMORY.
    using Absent = std::map<uint32_t, CutReason>;

    /**
     * @param devices the server's devices; must live as long as this object
     * @param processor knows their shares
     * @param settings the memory
     * @param changed called at each change; the record's server is still to be set
     */
    ServedModels(const std::map<uint32_t, std::unique_ptr<ServedDevice>>& devices,
                 Ptr<ServerProcessor> processor,
                 const ModelLoader::Settings& settings,
                 ModelLoader::ChangedCallback changed);

    /**
     * A device introduced itself: report those of its DNNs that are larger than the memory, or
     * all of them if they are so only together.
     *
     * @param device the device
     */
    void HandleHello(const ServedDevice& device);

    /**
     * @param device a device, served or not
     * @return whether its DNN is there, or there is room for it
     */
    bool CanServe(const ServedDevice& device) const;

    /**
     * @return the devices that cannot take part in a decision; those that leave are not told
     */
    Absent FindAbsent() const;

    /**
     * A decision is to take effect: load the DNNs of the devices that it gives shares.
     *
     * @param [in,out] shares the new shares by device, 0..1; those of devices that cannot be served
     *        become 0
     * @return the devices that cannot be served
     */
    Absent Load(std::map<uint32_t, double>& shares);

    /**
     * Empty the memory.
     */
    void Clear();

    /**
     * @return number of DNNs in the memory
     */
    uint32_t CountResident() const;

  private:
    /// @return the DNNs that must stay
    ModelStore::Names FindInUse() const;
    /// @param device a device @return whether its DNNs are there
    bool IsThere(const ServedDevice& device) const;
    /// @param device a device @return whether one of its DNNs is being loaded
    bool IsLoading(const ServedDevice& device) const;
    /// @param device a device, of which no DNN is being loaded @param inUse the DNNs that must stay
    /// @return whether there is room for its DNNs
    bool CanHold(const ServedDevice& device, ModelStore::Names inUse) const;
    /// @param device a device @param names to which those of its DNNs are added
    static void AddModels(const ServedDevice& device, ModelStore::Names& names);
    /// Load what there is room for. @param device a device, of which no DNN is being loaded
    /// @param inUse the DNNs that must stay, its own ones included
    void LoadMissing(const ServedDevice& device, const ModelStore::Names& inUse);
    /// @param inUse the DNNs that must stay @return as FindAbsent
    Absent FindAbsent(const ModelStore::Names& inUse) const;

    const std::map<uint32_t, std::unique_ptr<ServedDevice>>& m_devices; ///< by id
    Ptr<ServerProcessor> m_processor;                                   ///< knows their shares
    ModelLoader m_loader;                                               ///< the memory
};

} // namespace surgery
} // namespace ns3

#endif // SERVED_MODELS_H
