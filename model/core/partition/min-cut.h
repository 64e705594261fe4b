/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef MIN_CUT_H
#define MIN_CUT_H

#include "ns3/dnn-cut.h"
#include "ns3/dnn-layer-costs.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Finds the best cut of a DNN at one bandwidth and one share, by a minimum s-t cut.
 *
 * The graph follows Hu et al., "Dynamic Adaptive DNN Surgery for Inference Acceleration on the
 * Edge", INFOCOM 2019, with infinite arcs from every layer back to what it reads: without them the
 * server could feed the device, and the value found is not the cost of any cut. Source side =
 * device, sink side = server; a tensor with several readers passes through an auxiliary vertex, so
 * that it is paid once.
 *
 * Capacities are integers, scaled so that the finite ones sum to 2^50; the cost of the result is
 * always recomputed from the cut.
 */
class MinCut
{
  public:
    /// Where a layer runs.
    enum class Side : uint8_t
    {
        EITHER, ///< wherever that is best
        DEVICE, ///< on the device
        SERVER, ///< on the server
    };

    /**
     * Build the graph once for many solutions.
     *
     * @param costs what the layers cost; must outlive this object
     */
    explicit MinCut(const LayerCosts& costs);

    /**
     * Build the graph of some layers only, none of which reads what comes before the first.
     *
     * @param costs what all layers cost; must outlive this object
     * @param first the first layer, which is on the device
     * @param end one beyond the last layer
     */
    MinCut(const LayerCosts& costs, std::size_t first, std::size_t end);

    ~MinCut();

    /**
     * Minimize L(D) + secondsPerByte X(D) + inverseShare E(S) over all cuts.
     *
     * The graph has O(V + E) edges; the maximum flow is Boykov and Kolmogorov's. Costs that all
     * offloading cuts share (link delays, results) are not part of it.
     *
     * @param secondsPerByte 8 / uplink rate, s/byte, finite, >= 0
     * @param inverseShare 1 / share, finite, >= 0
     * @return a cut of least cost
     * @throws std::invalid_argument if an argument is out of range
     */
    Cut Solve(double secondsPerByte, double inverseShare);

    /**
     * The same for the layers of the graph alone, some of which are told their side.
     *
     * @param secondsPerByte 8 / uplink rate, s/byte, finite, >= 0
     * @param inverseShare 1 / share, finite, >= 0
     * @param sides where all the DNN's layers run; whatever reads from the server is there, too
     * @return which of the graph's layers run on the device, the first one at index 0
     * @throws std::invalid_argument if an argument is out of range
     */
    CutLayers Solve(double secondsPerByte, double inverseShare, const std::vector<Side>& sides);

  private:
    struct Network;                     ///< the flow network, hidden with Boost.Graph
    const LayerCosts& m_costs;          ///< what the layers cost
    std::unique_ptr<Network> m_network; ///< built once
};

} // namespace surgery
} // namespace ns3

#endif // MIN_CUT_H
