/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef GAP_STATISTICS_H
#define GAP_STATISTICS_H

#include "ns3/nstime.h"

#include <cstdint>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Measures how regularly requests come: mean and variance of the gaps between them, in constant
 * memory (Welford's method).
 */
class GapStatistics
{
  public:
    /**
     * A request came.
     *
     * @param instant when; no earlier than the one before
     */
    void Add(Time instant);

    /**
     * @return the gaps' squared coefficient of variation, that is, their sample variance by the
     *         square of their mean: 0 for periodic requests, about 1 for Poisson requests, more if
     *         they come in batches; 0 before the third request, and if all come at once
     */
    double GetVariation() const;

  private:
    Time m_last;            ///< the latest request
    uint64_t m_requests{0}; ///< how many came
    double m_meanS{0};      ///< of the gaps, s
    double m_squaresS2{0};  ///< sum of the squared distances from the mean, s^2
};

} // namespace surgery
} // namespace ns3

#endif // GAP_STATISTICS_H
