/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_COMPAT_H
#define SURGERY_COMPAT_H

#include "ns3/mac48-address.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <string>

/**
 * @file
 * @ingroup dnn-surgery
 * All that differs between the releases of ns-3 in what this module uses of their classes. They
 * are told apart by headers that came with them, because an installed ns-3 need not tell its
 * version. What differs for the build is in cmake/ns3-versions.cmake.
 */

#if __has_include("ns3/application-helper.h") // ns-3.42 and later

/// Overrides what ns3::Application declares since ns-3.42.
#define SURGERY_OVERRIDE_SINCE_3_42 override
/// The type of a suite of unit tests.
#define SURGERY_UNIT_TEST ns3::TestSuite::Type::UNIT
/// The duration of a test case that is always run.
#define SURGERY_QUICK_TEST ns3::TestCase::Duration::QUICK

#else

/// Overrides what ns3::Application declares since ns-3.42: nothing before.
#define SURGERY_OVERRIDE_SINCE_3_42
/// The type of a suite of unit tests.
#define SURGERY_UNIT_TEST ns3::TestSuite::UNIT
/// The duration of a test case that is always run.
#define SURGERY_QUICK_TEST ns3::TestCase::QUICK

#endif

namespace ns3
{
namespace surgery
{

/// What ns3::CommandLine hands to the callback of an option.
#if __has_include("ns3/environment-variable.h") // ns-3.38 and later
using OptionText = const std::string&;
#else
using OptionText = std::string;
#endif

/**
 * End the Block Ack agreements of one side of a Wi-Fi link, except one that is being negotiated:
 * that ends by itself, and only so are its frames let go. Templates, so that Wi-Fi's headers are
 * included by the one who needs them.
 *
 * @tparam Agreement OriginatorBlockAckAgreement
 * @tparam Manager BlockAckManager
 * @tparam Exchanges HtFrameExchangeManager
 * @param manager what knows the agreements, of the traffic identifier
 * @param exchanges what knows those on received frames, in ns-3.37
 * @param peer the other side
 * @param tid traffic identifier
 */
template <class Agreement, class Manager, class Exchanges>
void
EndBlockAckAgreements(Ptr<Manager> manager,
                      [[maybe_unused]] Ptr<Exchanges> exchanges,
                      Mac48Address peer,
                      uint8_t tid)
{
#if __has_include("ns3/environment-variable.h") // ns-3.38 and later
#if __has_include("ns3/gcr-manager.h")          // ns-3.44 and later
#define SURGERY_NO_GROUP                                                                           \
    ,                                                                                              \
    {                                                                                              \
    }
#else
#define SURGERY_NO_GROUP
#endif
    const auto agreement = manager->GetAgreementAsOriginator(peer, tid);
    if (agreement && !agreement->get().IsPending())
    {
        manager->DestroyOriginatorAgreement(peer, tid SURGERY_NO_GROUP);
    }
    manager->DestroyRecipientAgreement(peer, tid SURGERY_NO_GROUP);
    // else ns-3 asks for a Block Ack before the next frame to this peer, and aborts for want of the
    // agreement
    manager->RemoveFromSendBarIfDataQueuedList(peer, tid);
#undef SURGERY_NO_GROUP
#else
    if (!manager->ExistsAgreementInState(peer, tid, Agreement::PENDING))
    {
        manager->DestroyAgreement(peer, tid);
    }
    exchanges->DestroyBlockAckAgreement(peer, tid);
#endif
}

} // namespace surgery
} // namespace ns3

#endif // SURGERY_COMPAT_H
