/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SERVER_CHOICES_H
#define SERVER_CHOICES_H

#include "ns3/nstime.h"
#include "ns3/surgery-server-choice.h"

#include <cstdint>
#include <map>
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
 *
 * Predictions err where cuts jump. Who soon wants back to where it came from was promised too much,
 * so each departure from a server makes the return there harder, until it is forgotten: devices
 * that drive each other to and fro come to rest.
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
    /// When the device last left a server.
    struct Departure
    {
        Time time;         ///< when
        uint32_t count{0}; ///< how often, not counting those from before it had been forgotten
    };

    /// Remember that the device left a server. @param serving node id of its present one
    void NoteServing(uint32_t serving);
    /// @param server a node id @return the part of the saving by which Phi must fall, 0..1
    double GetHysteresis(uint32_t server) const;

    double m_hysteresis{0};                   ///< attribute
    Time m_memory;                            ///< attribute
    std::optional<uint32_t> m_serving;        ///< node id of the server; none: not yet
    std::map<uint32_t, Departure> m_departed; ///< by node id of the server
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
