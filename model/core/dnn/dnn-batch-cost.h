/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DNN_BATCH_COST_H
#define DNN_BATCH_COST_H

#include <cstddef>
#include <map>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * How long a processor takes for a batch: b inferences of one DNN that run together.
 *
 * Either l(b) = E (f + (1 - f) b), E being the time of one alone and f, 0..1, the part of it that a
 * batch pays once, whatever its size (weights that are read, kernels that are launched). f = 0: a
 * batch gains nothing, and takes as long as its members one after another; f = 1: they come for
 * free.
 *
 * Or times that were measured for some b. Between two of them l(b) is linear, beyond the last it
 * goes on as between the last two; a table of b = 1 alone says that nothing is gained.
 *
 * What is told of the whole DNN holds for what remains of it behind a cut, too: l(b) / E is the
 * same.
 */
class BatchCost
{
  public:
    /**
     * A batch gains nothing: f = 0.
     */
    BatchCost() = default;

    /**
     * @param fixedPart f, 0..1
     * @throws std::invalid_argument if it is out of range
     */
    explicit BatchCost(double fixedPart);

    /**
     * @param seconds measured times by batch size, s, > 0; of b = 1 and any others, rising or equal
     * @throws std::invalid_argument naming the batch size and the range
     */
    explicit BatchCost(const std::map<std::size_t, double>& seconds);

    /**
     * @param size of a batch, b, at least 1
     * @return l(b) / l(1): how much longer it takes than one of its members alone, 1..b if the
     *         times are not worse than one after another
     * @throws std::invalid_argument if the size is 0
     */
    double GetFactor(std::size_t size) const;

  private:
    double m_fixedPart{0};                   ///< f, unless there are measured times
    std::map<std::size_t, double> m_factors; ///< measured l(b) / l(1), by b
};

} // namespace surgery
} // namespace ns3

#endif // DNN_BATCH_COST_H
