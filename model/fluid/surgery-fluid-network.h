/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_FLUID_NETWORK_H
#define SURGERY_FLUID_NETWORK_H

#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/surgery-fluid-link.h"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

class FluidBundle;
class FluidHost;
class SharedLink;
struct FluidRoute;

/**
 * @ingroup dnn-surgery
 *
 * One direction of a part of the way between hosts: its links, and how long bytes take to pass
 * them, apart from their rates.
 */
struct FluidSegment
{
    std::vector<Ptr<FluidLink>> links; ///< at most one private link in the whole way
    Time delay;                        ///< of all of them together, >= 0
};

/**
 * @ingroup dnn-surgery
 *
 * Places, each with a gateway, and the ways between them. Hosts are attached to places (FluidHost).
 */
class FluidNetwork : public SimpleRefCount<FluidNetwork>
{
  public:
    /**
     * @param headerFactor bytes on the links per byte of a stream: what packets would add
     * @throws std::invalid_argument if it is not in 1..10
     */
    explicit FluidNetwork(double headerFactor);

    ~FluidNetwork();

    FluidNetwork(const FluidNetwork&) = delete;
    FluidNetwork& operator=(const FluidNetwork&) = delete;

    /**
     * @param from a place
     * @param to another one
     * @param segment the way from the one to the other; none, unless it is set
     */
    void Join(uint32_t from, uint32_t to, const FluidSegment& segment);

    /// @return bytes on the links per byte of a stream
    double GetHeaderFactor() const;

    /**
     * @param from a host of this network
     * @param to another one
     * @return the way from the one to the other, and what it shares with others
     */
    FluidRoute FindRoute(const FluidHost& from, const FluidHost& to);

  private:
    /// @param links shared ones @return what flows over these have in common
    Ptr<FluidBundle> FindBundle(const std::vector<Ptr<SharedLink>>& links);

    double m_headerFactor;                                         ///< bytes on links per byte
    std::map<std::pair<uint32_t, uint32_t>, FluidSegment> m_joins; ///< by the places of both ends
    /// by their links, which are only looked up
    std::map<std::vector<const SharedLink*>, Ptr<FluidBundle>> m_bundles;
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_FLUID_NETWORK_H
