/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_SERVER_CHOICE_H
#define SURGERY_SERVER_CHOICE_H

#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-move-costs.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What a device knows of one server.
 */
struct ServerOffer
{
    uint32_t server{0};     ///< its node id
    bool isServing{false};  ///< whether it serves the device now
    bool isNearest{false};  ///< whether it is at the site where the device is attached
    bool isMeasured{false}; ///< whether the device has measured the network toward it
    Player player;          ///< the device there, with link and host work, and with the price that
                            ///< the server posts in its rho; without options if the processor is
                            ///< not known
    ServerTerms terms;      ///< what the server announced last
    Time age;               ///< how old that is
};

/**
 * @ingroup dnn-surgery
 *
 * What a device knows when it chooses a server.
 */
struct ChoiceView
{
    uint32_t device{0};               ///< the client's DeviceId
    uint64_t inputBytes{0};           ///< size of an input as sent, byte
    uint64_t resultBytes{0};          ///< size of a result, byte
    std::optional<uint32_t> told;     ///< where an orchestrator wants the device, as node id
    std::vector<ServerOffer> servers; ///< those that can be reached, by node id
};

/**
 * @ingroup dnn-surgery
 *
 * A server that a device wants to move to.
 */
struct ServerMove
{
    uint32_t server{0};        ///< its node id
    std::string reason;        ///< why, in words, for the table of migrations
    bool asksAdmission{false}; ///< whether it asks first, with its gain (JOIN); else it just comes
    double gainS{0};           ///< what Phi is predicted to fall by, s, >= 0; 0 if it does not ask
};

/**
 * @ingroup dnn-surgery
 *
 * Says which server a device uses. InferenceClient's attribute Choice names a subclass; to make one
 * of your own, write Choose().
 *
 * Every Interval the client calls Choose() with what it knows: of each server the announcement, and
 * the network as measured. When the device loses its server, the client calls it at once, without
 * that server.
 */
class ServerChoice : public Object
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /**
     * Choose a server.
     *
     * @param view what the device knows
     * @return where to move to; nothing to stay
     */
    virtual std::optional<ServerMove> Choose(const ChoiceView& view) = 0;

    /**
     * @return whether the device wants to hear of other servers at all; true unless overridden
     */
    virtual bool WantsOffers() const;

    /**
     * @return whether the device measures the network toward servers that do not serve it, which
     *         takes connections and probes; true unless overridden
     */
    virtual bool WantsVisits() const;

    /**
     * @return the time between two choices, > 0
     */
    Time GetInterval() const;

    /**
     * @return how long a device stays at a server before it may move on
     */
    Time GetMinStay() const;

    /**
     * Make a choice by name.
     *
     * @param name a short name ("dds"), or that of a TypeId, optionally with attributes in brackets
     *        ("dds[MinStay=2s]")
     * @return the object
     * @throws std::invalid_argument if there is none of that name, listing the known ones, or an
     *         attribute or its value is wrong
     */
    static Ptr<ServerChoice> Create(const std::string& name);

    /**
     * @return the short names of all choices, sorted
     */
    static std::vector<std::string> GetNames();

  private:
    Time m_interval; ///< attribute
    Time m_minStay;  ///< attribute
};

/**
 * @ingroup dnn-surgery
 *
 * @param view what a device knows
 * @return the server that serves it; null if none does
 */
const ServerOffer* FindServing(const ChoiceView& view);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_SERVER_CHOICE_H
