/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef LTE_SETUP_H
#define LTE_SETUP_H

#include "ns3/net-device-container.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/surgery-site-link.h"
#include "ns3/type-id.h"

#include <string>

/**
 * @file
 * @ingroup dnn-surgery
 * Sets up parts of an LTE network with ns-3's helpers.
 */

namespace ns3
{

class LteHelper;

namespace surgery
{

/**
 * Set the path loss.
 *
 * @param lte ns-3's helper
 * @param model the propagation loss model
 * @param exponent of the LogDistancePropagationLossModel, if it is that
 * @param referenceLoss of that at 1 m, dB
 */
void SetPathLoss(LteHelper& lte, TypeId model, double exponent, double referenceLoss);

/**
 * Set how handovers come about. Attributes that the user set stay, but for those named here.
 *
 * @param lte ns-3's helper
 * @param algorithm TypeId of the algorithm
 * @param hysteresis of the A3RsrpHandoverAlgorithm, if it is that, dB
 * @param timeToTrigger of that
 */
void SetHandover(LteHelper& lte,
                 const std::string& algorithm,
                 double hysteresis,
                 Time timeToTrigger);

/**
 * Link the gateway of a site to the center.
 *
 * @param gateway the site's
 * @param pgw the center
 * @param link rate and delay
 * @return the ends: the gateway's, the center's
 */
NetDeviceContainer MakeSpoke(Ptr<Node> gateway, Ptr<Node> pgw, const SiteLink& link);

} // namespace surgery
} // namespace ns3

#endif // LTE_SETUP_H
