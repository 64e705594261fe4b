/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DEVICE_SHARES_H
#define DEVICE_SHARES_H

#include <cstdint>
#include <functional>
#include <map>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The devices' shares of a processor that are in effect.
 *
 * A share that is set to 0 stays in effect, and counts as load, while its device has jobs or is on
 * hold.
 */
class DeviceShares
{
  public:
    /// Tells whether a device has jobs.
    using BusyFunction = std::function<bool(uint32_t device)>;

    /// Called when a share in effect has changed, with the one before and the one from now on.
    using ChangeFunction = std::function<void(uint32_t device, double oldShare, double newShare)>;

    /**
     * @param isBusy tells whether a device has jobs
     * @param change called at each change
     */
    DeviceShares(BusyFunction isBusy, ChangeFunction change);

    /**
     * @param device its id
     * @param share its share, 0..1
     * @throws std::invalid_argument if it is out of range
     */
    void Set(uint32_t device, double share);

    /**
     * @param device its id
     * @return the share in effect, 0..1; 0 if the device is unknown
     */
    double Get(uint32_t device) const;

    /**
     * Keep a share of 0 from taking effect.
     *
     * @param device its id
     * @param hold whether to keep it
     */
    void SetHold(uint32_t device, bool hold);

    /**
     * The last job of a device is gone: a share of 0 takes effect, unless it is on hold.
     *
     * @param device its id
     */
    void HandleIdle(uint32_t device);

    /**
     * Forget a device, whose jobs are gone: its share is free.
     *
     * @param device its id
     */
    void Remove(uint32_t device);

    /**
     * Forget all devices; nothing is called.
     */
    void Clear();

    /**
     * @return the sum of the shares in effect, 0..1
     */
    double GetLoad() const;

  private:
    /// A device with a share or on hold.
    struct Share
    {
        double value{0};        ///< in effect, 0..1
        bool endsAtIdle{false}; ///< whether it becomes 0 once the device is idle
        bool isHeld{false};     ///< whether it must not become 0 yet
    };

    /// Put a share into effect. @param device its id @param value 0..1
    void Apply(uint32_t device, double value);
    /// Forget a device that has no share and no hold. @param device its id
    void Prune(uint32_t device);

    BusyFunction m_isBusy;              ///< to the owner
    ChangeFunction m_change;            ///< to the owner
    std::map<uint32_t, Share> m_shares; ///< by device
};

} // namespace surgery
} // namespace ns3

#endif // DEVICE_SHARES_H
