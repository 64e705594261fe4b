/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_PRICE_SEARCH_H
#define SURGERY_PRICE_SEARCH_H

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Searches for the shadow price that clears the market, by announcing prices.
 *
 * Each round announces a ladder of 16 prices at once, and learns the demand at each of them. The
 * search keeps a bracket of prices between a rung at which demand is too large and one at which it
 * fits; the next ladder divides the bracket geometrically into 17 parts. Demand may jump anywhere.
 *
 * The first ladder of a search is cold (0 and 1e-6..1e4 s) or warm (+-30 % around the price found
 * last, or around the bracket that was left when the last search was cut short).
 */
class PriceSearch
{
  public:
    static constexpr std::size_t RUNGS = 16;     ///< prices per ladder
    static constexpr double LEAST_PRICE = 1e-6;  ///< of a cold ladder but 0, s
    static constexpr double LARGEST_PRICE = 1e4; ///< of a cold ladder, s
    static constexpr double SPREAD = 0.3;        ///< of a warm ladder to either side

    /**
     * @param tolerance the search ends when demand fits at a price and does not at one that is
     *        lower by this part, > 0; prices below LEAST_PRICE count as that
     * @throws std::invalid_argument if it is out of range
     */
    explicit PriceSearch(double tolerance);

    /**
     * Set another tolerance for this search and all later ones.
     *
     * @param tolerance as of the constructor
     * @throws std::invalid_argument if it is out of range
     */
    void SetTolerance(double tolerance);

    /**
     * Begin a search, near the price that the last one found.
     */
    void Begin();

    /**
     * Forget what was found: the next search is cold.
     */
    void Forget();

    /**
     * @return the prices to announce next, ascending, s
     */
    const std::vector<double>& GetLadder() const;

    /**
     * Learn the demand at the ladder's prices, and set the next ladder.
     *
     * @param loads what the shares asked for sum to, one per rung, >= 0; may be infinite
     * @param capacity what they may sum to, >= 0
     * @throws std::invalid_argument if there is not one load per rung
     */
    void Narrow(const std::vector<double>& loads, double capacity);

    /**
     * @return whether the price is known well enough
     */
    bool IsDone() const;

    /**
     * @return the least price announced at which demand fits, s; infinite if there was none yet
     */
    double GetPrice() const;

    /**
     * @return the largest price known at which demand is too much, s; -1 if there was none yet
     */
    double GetLowerBound() const;

    /**
     * @return ladders announced in this search whose demand is known
     */
    uint32_t GetRounds() const;

  private:
    /// Set a geometric ladder. @param first its first rung, s, > 0 @param last its last rung, s
    void SetLadder(double first, double last);
    /// Set the ladder that parts the bracket.
    void PartBracket();

    double m_tolerance{0};        ///< of the price
    std::vector<double> m_ladder; ///< ascending
    double m_low{-1};             ///< too much is asked for here; -1: unknown
    double m_high{UNKNOWN};       ///< it fits here; infinite: unknown
    uint32_t m_rounds{0};         ///< of this search

    static constexpr double UNKNOWN = std::numeric_limits<double>::infinity(); ///< no such price
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_PRICE_SEARCH_H
