/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SHARED_PROCESSOR_H
#define SHARED_PROCESSOR_H

#include "device-shares.h"

#include "ns3/surgery-server-processor.h"
#include "ns3/traced-callback.h"

#include <cstdint>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What the module's kinds of processors have in common: they keep the devices' shares, of which
 * each makes what it makes.
 */
class SharedProcessor : public ServerProcessor
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    SharedProcessor();
    ~SharedProcessor() override;

    void SetShare(uint32_t device, double share) override;
    double GetShare(uint32_t device) const override;
    void SetHold(uint32_t device, bool hold) override;
    double GetLoad() const override;

    /**
     * Signature of the trace source ShareChanged.
     *
     * @param [in] device its id
     * @param [in] oldShare the share in effect before, 0..1
     * @param [in] newShare the share in effect now, 0..1
     */
    typedef void (*ShareTracedCallback)(uint32_t device, double oldShare, double newShare);

  protected:
    /// Forget all shares.
    void DoDispose() override;

    /**
     * Refuse a job that takes less than no time.
     *
     * @param job the job
     * @throws std::invalid_argument naming its inference
     */
    static void CheckWork(const ServerJob& job);

    /**
     * A device has no jobs any more: its share may end.
     *
     * @param device its id
     */
    void HandleIdle(uint32_t device);

    /**
     * Forget the share of a device that has no jobs.
     *
     * @param device its id
     */
    void RemoveShare(uint32_t device);

  private:
    /**
     * A share in effect has changed, of which nobody was told yet.
     *
     * @param device its id
     */
    virtual void HandleShare(uint32_t device) = 0;

    DeviceShares m_shares;                                 ///< in effect
    TracedCallback<uint32_t, double, double> m_shareTrace; ///< ShareChanged
};

} // namespace surgery
} // namespace ns3

#endif // SHARED_PROCESSOR_H
