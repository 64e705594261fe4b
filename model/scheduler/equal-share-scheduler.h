/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EQUAL_SHARE_SCHEDULER_H
#define EQUAL_SHARE_SCHEDULER_H

#include "ns3/surgery-equal-shares.h"
#include "ns3/surgery-scheduler.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Base class of schedulers that were published for one device and a whole server. Here each device
 * gets an equal share, which is our extension. The attribute AmongOffloading selects which devices
 * count.
 */
class EqualShareScheduler : public SurgeryScheduler
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

  protected:
    /**
     * @return among which devices the server is divided
     */
    EqualShares GetEqualShares() const;

  private:
    bool m_amongOffloading{false}; ///< whether only devices that offload count
};

} // namespace surgery
} // namespace ns3

#endif // EQUAL_SHARE_SCHEDULER_H
