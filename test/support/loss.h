/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef LOSS_H
#define LOSS_H

#include "ns3/error-model.h"
#include "ns3/net-device.h"
#include "ns3/pointer.h"
#include "ns3/ptr.h"
#include "ns3/surgery-fluid-link.h"

#include <cstdint>
#include <functional>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// Lets one direction of a link lose a part of what it carries, until it is called again: 0 of it,
/// all of it (1), or anything between. No links lose anything before that.
using Loss = std::function<void(double)>;

/// Packets are lost at random. @param receiver of them @param stream of random numbers
/// @return how to set it
inline Loss
MakeLoss(ns3::Ptr<ns3::NetDevice> receiver, int64_t stream)
{
    const auto model = ns3::CreateObject<ns3::RateErrorModel>();
    model->SetUnit(ns3::RateErrorModel::ERROR_UNIT_PACKET);
    model->AssignStreams(stream);
    model->SetRate(0);
    receiver->SetAttribute("ReceiveErrorModel", ns3::PointerValue(model));
    return [model](double part) { model->SetRate(part); };
}

/// A fluid link has no packets to lose: it is down where all of them would be lost, and carries
/// everything where fewer would. @param link it @return how to set it
inline Loss
MakeLoss(ns3::Ptr<ns3::surgery::FluidLink> link)
{
    return [link](double part) { link->SetUp(part < 1); };
}

/** @} */

#endif // LOSS_H
