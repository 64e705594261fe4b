/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef MIN_CUTS_H
#define MIN_CUTS_H

#include "min-cut.h"

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
 * Minimum cuts of one DNN at many points x = 8 / uplink rate, y = 1 / share.
 *
 * Two facts make them cheap:
 *
 * - Layers through which everything passes divide the DNN into blocks, and a cut runs through one
 *   block: once such a layer is on the server, so is all that follows. Each block is cut by itself,
 *   unless what it costs at least exceeds a cut that is known.
 * - Minimum cuts are nested. Divided by x, the cost is L(D) / x + X(D) + E(S) y / x. Let x' >= x
 *   and y' / x' >= y / x: from (x, y) to (x', y') the device gets no dearer and the server no
 *   cheaper, while tensors cost the same. So if D and D' are best at the two points, their
 *   intersection and their union are as well (Gallo, Grigoriadis, Tarjan, "A Fast Parametric
 *   Maximum Flow Algorithm and Applications", SIAM J. Comput. 18(1), 1989), and between two such
 *   points that were solved, some best cut leaves each layer on which both agree where it is.
 */
class MinCuts
{
  public:
    /**
     * @param costs what the layers cost; must outlive this object
     */
    explicit MinCuts(const LayerCosts& costs);

    /**
     * Minimize L(D) + secondsPerByte X(D) + inverseShare E(S) over all cuts.
     *
     * @param secondsPerByte 8 / uplink rate, s/byte, finite, >= 0
     * @param inverseShare 1 / share, finite, >= 0
     * @return a cut of least cost
     * @throws std::invalid_argument if an argument is out of range
     */
    Cut Solve(double secondsPerByte, double inverseShare);

    /**
     * @return how many layers all graphs together had that were cut so far, those left aside whose
     *         side was known
     */
    std::size_t GetWork() const;

  private:
    /// Layers, one bit each.
    using LayerBits = std::vector<uint64_t>;

    /// A point that was solved.
    struct Answer
    {
        double x;         ///< s/byte
        double y;         ///< inverse share
        LayerBits device; ///< layers on the device
    };

    /// Layers between two through which everything passes. A cut through the block leaves the first
    /// of them on the device, the last on the server.
    struct Block
    {
        std::size_t first;              ///< the first one
        std::size_t last;               ///< the last one; the number of layers if there is none
        double leastBytes;              ///< at least so much crosses a cut through the block
        std::unique_ptr<MinCut> minCut; ///< cuts it; null if nothing is between first and last
    };

    /// Find the blocks.
    void FindBlocks();
    /// @param block a block @param x s/byte @param y inverse share @return what a cut through it
    /// costs at least; exactly that if nothing is between its first and last layer
    double GetLeastCost(const Block& block, double x, double y) const;
    /// Cut through a block. @param block which @param x s/byte @param y inverse share
    /// @return the layers on the device
    CutLayers CutThrough(const Block& block, double x, double y);
    /// @param a a point @param b a point @return whether the device has no more to do at a
    static bool IsBelow(const Answer& a, const Answer& b);
    /// Tell layers the side on which earlier answers keep them. @param question a point
    void FixSides(const Answer& question);

    const LayerCosts& m_costs;         ///< what the layers cost
    Cut m_local;                       ///< everything on the device
    std::vector<double> m_deviceUntil; ///< seconds on the device of all layers before one
    std::vector<double> m_serverFrom;  ///< seconds on the server of a layer and all after it
    std::vector<Block> m_blocks;       ///< in order
    std::vector<Answer> m_answers;     ///< in the order of the questions
    std::vector<MinCut::Side> m_sides; ///< of the question at hand
    std::size_t m_work{0};             ///< layers in graphs that were cut
};

} // namespace surgery
} // namespace ns3

#endif // MIN_CUTS_H
