/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "lte-setup.h"

#include "ns3/double.h"
#include "ns3/lte-helper.h"
#include "ns3/point-to-point-helper.h"

namespace ns3
{
namespace surgery
{

void
SetPathLoss(LteHelper& lte, TypeId model, double exponent, double referenceLoss)
{
    lte.SetPathlossModelType(model);
    if (model.GetName() == "ns3::LogDistancePropagationLossModel")
    {
        lte.SetPathlossModelAttribute("Exponent", DoubleValue(exponent));
        lte.SetPathlossModelAttribute("ReferenceDistance", DoubleValue(1));
        lte.SetPathlossModelAttribute("ReferenceLoss", DoubleValue(referenceLoss));
    }
}

void
SetHandover(LteHelper& lte, const std::string& algorithm, double hysteresis, Time timeToTrigger)
{
    // setting the same type again would discard the attributes that the user set
    if (lte.GetHandoverAlgorithmType() != algorithm)
    {
        lte.SetHandoverAlgorithmType(algorithm);
    }
    if (algorithm == "ns3::A3RsrpHandoverAlgorithm")
    {
        lte.SetHandoverAlgorithmAttribute("Hysteresis", DoubleValue(hysteresis));
        lte.SetHandoverAlgorithmAttribute("TimeToTrigger", TimeValue(timeToTrigger));
    }
}

NetDeviceContainer
MakeSpoke(Ptr<Node> gateway, Ptr<Node> pgw, const SiteLink& link)
{
    PointToPointHelper spoke;
    spoke.SetDeviceAttribute("DataRate", DataRateValue(link.rate));
    spoke.SetChannelAttribute("Delay", TimeValue(link.delay));
    return spoke.Install(gateway, pgw);
}

} // namespace surgery
} // namespace ns3
