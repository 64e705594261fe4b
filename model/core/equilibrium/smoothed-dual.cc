/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "smoothed-dual.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// Smoothing of the first stage, of the devices' mean cost.
constexpr double FIRST_SMOOTHING = 0.03;
/// Number of stages.
constexpr int STAGES = 9;
/// A choice that costs so many times tau more than the cheapest has no weight.
constexpr double NO_WEIGHT = 36;
/// Most steps of a stage.
constexpr int MOST_STEPS = 40;
/// How often a step is halved at most.
constexpr int MOST_HALVINGS = 40;
/// A stage ends when a step promises less than this part of the value.
constexpr double ENOUGH = 1e-9;

/// Solves A x = b for a symmetric, positive semidefinite A by elimination; A and b are destroyed.
std::vector<double>
Solve(std::vector<double> a, std::vector<double> b)
{
    const auto n = b.size();
    double largest = 0;
    for (std::size_t i = 0; i < n; ++i)
    {
        largest = std::max(largest, a[i * n + i]);
    }
    for (std::size_t i = 0; i < n; ++i)
    {
        // without curvature, a step is long but finite
        a[i * n + i] += 1e-12 * largest + 1e-300;
    }
    for (std::size_t i = 0; i < n; ++i)
    {
        for (auto j = i + 1; j < n; ++j)
        {
            const auto factor = a[j * n + i] / a[i * n + i];
            for (auto k = i; k < n; ++k)
            {
                a[j * n + k] -= factor * a[i * n + k];
            }
            b[j] -= factor * b[i];
        }
    }
    for (auto i = n; i-- > 0;)
    {
        for (auto k = i + 1; k < n; ++k)
        {
            b[i] -= a[i * n + k] * b[k];
        }
        b[i] /= a[i * n + i];
    }
    return b;
}

} // namespace

SmoothedDual::SmoothedDual(const MultiServerLines& lines, const std::vector<double>& capacities)
    : m_lines(lines),
      m_capacity(capacities),
      m_bound(-std::numeric_limits<double>::infinity()),
      m_roots(capacities.size()),
      m_demand(capacities.size())
{
    auto prices = GuessPrices();
    Keep(std::vector<double>(capacities.size(), 0.0));
    Keep(prices);
    auto tau = FIRST_SMOOTHING * m_costS;
    for (int stage = 0; stage < STAGES && tau > 0; ++stage)
    {
        prices = Climb(std::move(prices), tau);
        Keep(prices);
        tau /= 4;
    }
}

const std::vector<double>&
SmoothedDual::GetPrices() const
{
    return m_prices;
}

double
SmoothedDual::GetBound() const
{
    return m_bound;
}

uint32_t
SmoothedDual::GetRounds() const
{
    return m_rounds;
}

std::vector<double>
SmoothedDual::GuessPrices() const
{
    const auto n = m_lines.GetDevices();
    double rootWork = 0;
    double usagePrice = 0;
    for (std::size_t i = 0; i < n; ++i)
    {
        double most = 0;
        for (const auto& line : m_lines.GetLines(i))
        {
            most = std::max(most, line.rootWork);
        }
        rootWork += most;
        usagePrice += m_lines.GetUsagePrice(i) / static_cast<double>(n);
    }
    double capacity = 0;
    for (const auto one : m_capacity)
    {
        capacity += one;
    }
    const auto root = capacity > 0 ? rootWork / capacity : 0.0;
    return std::vector<double>(m_capacity.size(), std::max(0.0, root * root - usagePrice));
}

void
SmoothedDual::Keep(const std::vector<double>& prices)
{
    double bound = 0;
    for (std::size_t i = 0; i < m_lines.GetDevices(); ++i)
    {
        for (std::size_t s = 0; s < prices.size(); ++s)
        {
            m_roots[s] = std::sqrt(m_lines.GetUsagePrice(i) + prices[s]);
        }
        auto least = std::numeric_limits<double>::infinity();
        for (const auto& line : m_lines.GetLines(i))
        {
            least = std::min(least, MultiServerLines::GetCost(line, m_roots[line.server]));
        }
        bound += least;
    }
    m_costS = bound / static_cast<double>(m_lines.GetDevices());
    for (std::size_t s = 0; s < prices.size(); ++s)
    {
        bound -= prices[s] * m_capacity[s];
    }
    if (bound > m_bound)
    {
        m_bound = bound;
        m_prices = prices;
    }
}

SmoothedDual::Point
SmoothedDual::Look(std::vector<double> prices, double tau)
{
    const auto servers = prices.size();
    ++m_rounds;
    Point point;
    point.prices = std::move(prices);
    point.gradient.assign(servers, 0.0);
    point.curvature.assign(servers * servers, 0.0);
    for (std::size_t i = 0; i < m_lines.GetDevices(); ++i)
    {
        AddDevice(i, tau, point);
    }
    for (std::size_t s = 0; s < servers; ++s)
    {
        point.value -= point.prices[s] * m_capacity[s];
        point.gradient[s] -= m_capacity[s];
    }
    return point;
}

void
SmoothedDual::AddDevice(std::size_t device, double tau, Point& point)
{
    const auto servers = point.prices.size();
    const auto rho = m_lines.GetUsagePrice(device);
    for (std::size_t s = 0; s < servers; ++s)
    {
        m_roots[s] = std::sqrt(rho + point.prices[s]);
        m_demand[s] = 0;
    }
    const auto lines = m_lines.GetLines(device);
    m_costs.resize(lines.size());
    auto least = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < lines.size(); ++k)
    {
        m_costs[k] = MultiServerLines::GetCost(lines[k], m_roots[lines[k].server]);
        least = std::min(least, m_costs[k]);
    }
    double sum = 0;
    for (auto& cost : m_costs)
    {
        const auto excess = (cost - least) / tau;
        cost = excess < NO_WEIGHT ? std::exp(-excess) : 0.0;
        sum += cost;
    }
    point.value += least - tau * std::log(sum);
    m_wanted.clear();
    for (std::size_t k = 0; k < lines.size(); ++k)
    {
        const auto weight = m_costs[k] / sum;
        const auto share = MultiServerLines::GetShare(lines[k], m_roots[lines[k].server]);
        if (weight <= 0 || share <= 0)
        {
            continue;
        }
        const auto s = lines[k].server;
        if (m_demand[s] == 0)
        {
            m_wanted.push_back(s);
        }
        m_demand[s] += weight * share;
        // of the line, and of the choice between lines
        const auto bend = share < 1 ? share / (2 * m_roots[s] * m_roots[s]) : 0.0;
        point.curvature[s * servers + s] += weight * (bend + share * share / tau);
    }
    for (const auto s : m_wanted)
    {
        point.gradient[s] += m_demand[s];
        for (const auto t : m_wanted)
        {
            point.curvature[s * servers + t] -= m_demand[s] * m_demand[t] / tau;
        }
    }
}

std::vector<double>
SmoothedDual::GetStep(const Point& point) const
{
    const auto servers = point.prices.size();
    std::vector<std::size_t> free;
    for (std::size_t s = 0; s < servers; ++s)
    {
        if (point.prices[s] > 0 || point.gradient[s] > 0)
        {
            free.push_back(s);
        }
    }
    std::vector<double> matrix;
    std::vector<double> right;
    for (const auto s : free)
    {
        right.push_back(point.gradient[s]);
        for (const auto t : free)
        {
            matrix.push_back(point.curvature[s * servers + t]);
        }
    }
    const auto solved = Solve(std::move(matrix), std::move(right));
    std::vector<double> step(servers, 0.0);
    for (std::size_t k = 0; k < free.size(); ++k)
    {
        step[free[k]] = solved[k];
    }
    return step;
}

std::vector<double>
SmoothedDual::GetSlope(const Point& point) const
{
    const auto servers = point.prices.size();
    std::vector<double> step(servers);
    for (std::size_t s = 0; s < servers; ++s)
    {
        step[s] = point.gradient[s] / (point.curvature[s * servers + s] + 1e-300);
    }
    return step;
}

bool
SmoothedDual::Rise(Point& point, const std::vector<double>& step, double tau)
{
    double length = 1;
    for (int halving = 0; halving < MOST_HALVINGS; ++halving, length /= 2)
    {
        auto next = point.prices;
        double promise = 0;
        for (std::size_t s = 0; s < next.size(); ++s)
        {
            // without curvature a step has no length
            const auto most = 4 * next[s] + m_costS;
            next[s] = std::min(std::max(0.0, next[s] + length * step[s]), most);
            promise += point.gradient[s] * (next[s] - point.prices[s]);
        }
        if (promise <= ENOUGH * std::abs(point.value))
        {
            return false;
        }
        auto there = Look(std::move(next), tau);
        if (there.value >= point.value + 1e-4 * promise)
        {
            point = std::move(there);
            return true;
        }
    }
    return false;
}

std::vector<double>
SmoothedDual::Climb(std::vector<double> prices, double tau)
{
    auto point = Look(std::move(prices), tau);
    // Newton's step may lead down once it is cut off at prices of 0, the other one never does
    for (int count = 0; count < MOST_STEPS &&
                        (Rise(point, GetStep(point), tau) || Rise(point, GetSlope(point), tau));
         ++count)
    {
    }
    return point.prices;
}

} // namespace surgery
} // namespace ns3
