/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SERVER_CHOICES_H
#define SERVER_CHOICES_H

#include "ns3/surgery-server-choice.h"

#include <optional>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The server that Remote names, whatever happens. The device hears of no other.
 */
class FixedServerChoice : public ServerChoice
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    std::optional<ServerMove> Choose(const ChoiceView& view) override;
    bool WantsOffers() const override;
    bool WantsVisits() const override;
};

/**
 * @ingroup dnn-surgery
 *
 * The server at the site where the device is attached. A device whose server is lost takes the one
 * that it hears of first by node id, until it is attached to a site with a server that lives.
 */
class NearestServerChoice : public ServerChoice
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    std::optional<ServerMove> Choose(const ChoiceView& view) override;
    bool WantsVisits() const override;
};

/**
 * @ingroup dnn-surgery
 *
 * The server with the fastest network by measured delays and rates: least time for an input there
 * and a result back. It knows nothing of load and price.
 */
class FastestServerChoice : public ServerChoice
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    std::optional<ServerMove> Choose(const ChoiceView& view) override;

  private:
    double m_hysteresis{0}; ///< attribute
};

/**
 * @ingroup dnn-surgery
 *
 * The server where the potential Phi falls most if the device moves there, as far as announced
 * prices tell (GetEntryCost, GetLeavingSaving). The device asks for admission, since moves of
 * several devices at once would spoil each other's prediction.
 */
class DdsServerChoice : public ServerChoice
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    std::optional<ServerMove> Choose(const ChoiceView& view) override;

  private:
    double m_hysteresis{0}; ///< attribute
};

/**
 * @ingroup dnn-surgery
 *
 * The server that an orchestrator plans for the device, jointly with all others (MecServer's
 * Orchestrator). A device whose server is lost takes the one with the fastest network.
 */
class JointServerChoice : public FastestServerChoice
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    std::optional<ServerMove> Choose(const ChoiceView& view) override;
};

} // namespace surgery
} // namespace ns3

#endif // SERVER_CHOICES_H
