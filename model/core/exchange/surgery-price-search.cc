/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-price-search.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

PriceSearch::PriceSearch(double tolerance)
{
    SetTolerance(tolerance);
    Begin();
}

void
PriceSearch::SetTolerance(double tolerance)
{
    if (!std::isfinite(tolerance) || tolerance <= 0)
    {
        throw std::invalid_argument("price tolerance: must be a finite number > 0");
    }
    m_tolerance = tolerance;
}

void
PriceSearch::Begin()
{
    const auto isWarm = std::isfinite(m_high) && m_high > LEAST_PRICE;
    if (isWarm && IsDone())
    {
        SetLadder(m_high * (1 - SPREAD), m_high * (1 + SPREAD));
    }
    else if (isWarm && m_low > 0)
    {
        SetLadder(m_low * (1 - SPREAD), m_high * (1 + SPREAD));
    }
    else
    {
        SetLadder(LEAST_PRICE, LARGEST_PRICE);
        // 0 takes the place of one of them
        const auto step = std::pow(LARGEST_PRICE / LEAST_PRICE, 1.0 / (RUNGS - 2));
        m_ladder[0] = 0;
        for (std::size_t k = 1; k < RUNGS; ++k)
        {
            m_ladder[k] = k + 1 < RUNGS ? LEAST_PRICE * std::pow(step, k - 1) : LARGEST_PRICE;
        }
    }
    m_low = -1;
    m_high = UNKNOWN;
    m_rounds = 0;
}

void
PriceSearch::Forget()
{
    m_high = UNKNOWN;
    Begin();
}

const std::vector<double>&
PriceSearch::GetLadder() const
{
    return m_ladder;
}

void
PriceSearch::SetLadder(double first, double last)
{
    m_ladder.resize(RUNGS);
    for (std::size_t k = 0; k < RUNGS; ++k)
    {
        m_ladder[k] = first * std::pow(last / first, k / (RUNGS - 1.0));
    }
    m_ladder.back() = last;
}

void
PriceSearch::Narrow(const std::vector<double>& loads, double capacity)
{
    if (loads.size() != m_ladder.size())
    {
        throw std::invalid_argument("loads: must be one per price of the ladder");
    }
    ++m_rounds;
    for (std::size_t k = 0; k < loads.size(); ++k)
    {
        if (loads[k] <= capacity)
        {
            m_high = m_ladder[k];
            break;
        }
        m_low = m_ladder[k];
    }
    if (!IsDone())
    {
        PartBracket();
    }
}

void
PriceSearch::PartBracket()
{
    const auto isOpenAbove = !std::isfinite(m_high);
    const auto isOpenBelow = m_low < 0;
    if (isOpenAbove)
    {
        const auto top = m_low < LARGEST_PRICE ? LARGEST_PRICE : m_low * LARGEST_PRICE;
        const auto step = std::pow(top / m_low, 1.0 / RUNGS);
        SetLadder(m_low * step, top);
        return;
    }
    if (isOpenBelow && m_high > LEAST_PRICE)
    {
        const auto step = std::pow(m_high / LEAST_PRICE, 1.0 / (RUNGS - 1));
        SetLadder(LEAST_PRICE / step, m_high / step);
        m_ladder[0] = 0;
        m_ladder[1] = LEAST_PRICE;
        return;
    }
    const auto low = std::max(m_low, 0.0);
    for (std::size_t k = 0; k < RUNGS; ++k)
    {
        const auto part = (k + (isOpenBelow ? 0.0 : 1.0)) / (RUNGS + 1.0);
        m_ladder[k] = low > 0 ? low * std::pow(m_high / low, part) : m_high * part;
    }
}

bool
PriceSearch::IsDone() const
{
    if (m_high == 0)
    {
        return true;
    }
    return std::isfinite(m_high) && m_low >= 0 &&
           m_high - m_low <= m_tolerance * std::max(m_high, LEAST_PRICE);
}

double
PriceSearch::GetPrice() const
{
    return m_high;
}

double
PriceSearch::GetLowerBound() const
{
    return m_low;
}

uint32_t
PriceSearch::GetRounds() const
{
    return m_rounds;
}

} // namespace surgery
} // namespace ns3
