/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_DEMAND_BOOK_H
#define SURGERY_DEMAND_BOOK_H

#include "ns3/surgery-bids.h"
#include "ns3/surgery-demand-curve.h"
#include "ns3/surgery-price-search.h"

#include <cstdint>
#include <map>
#include <set>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Keeps what a server knows of the demands of devices that play the game themselves, and settles
 * their shares.
 *
 * A device whose demand falls to 0 while its share is in effect may still need the share. So that
 * share stays reserved for it.
 */
class DemandBook
{
  public:
    /// What is known of a device.
    struct Entry
    {
        DemandCurve curve; ///< its answers to prices
        double held{0};    ///< share in effect, 0..1
        double share{0};   ///< what it has coming, 0..1
        double cleared{0}; ///< the same before the hand-out
        Bid bid;           ///< for what is left over
    };

    /**
     * Begin a game. Known demands stay known.
     *
     * @param players who takes part, and the share in effect of each, 0..1
     * @param capacity what the shares may sum to, 0..1, at least as much as is in effect
     */
    void Open(const std::map<uint32_t, double>& players, double capacity);

    /**
     * Forget a device.
     *
     * @param device its id
     */
    void Remove(uint32_t device);

    /**
     * Forget everything.
     */
    void Clear();

    /**
     * @return who takes part
     */
    const std::set<uint32_t>& GetPlayers() const;

    /**
     * @param device the id of one that takes or took part
     * @return what is known of it
     */
    Entry& At(uint32_t device);

    /// @copydoc At
    const Entry& At(uint32_t device) const;

    /**
     * @return what the shares may sum to
     */
    double GetCapacity() const;

    /**
     * @param priceS a shadow price, s
     * @return what the players' demands reserve at it
     */
    double GetLoad(double priceS) const;

    /**
     * @return what is reserved for the shares that the players have coming
     */
    double GetReserved() const;

    /**
     * @param device one that takes part
     * @return what it could have in addition to its share: what is left over, and what it holds
     *         unused
     */
    double GetLeftover(uint32_t device) const;

    /**
     * Settle the shares: at a price inside the bracket that a search left, interpolated between
     * answers. If demand fits at no known price, all shares are cut down in proportion.
     *
     * @param search the search
     * @return the price, s
     */
    double Settle(const PriceSearch& search);

    /**
     * Give what is left over to the bids (ChooseBids).
     *
     * @return whether anybody got something
     */
    bool GrantBids();

  private:
    /// Find how much of the capacity a device blocks. @param entry which @param share what it has
    /// coming, 0..1
    /// @return what is reserved for it, 0..1
    static double GetReserved(const Entry& entry, double share);
    /// Sum up what is reserved anew; to be called whenever players or their shares change.
    void SumReserved();

    std::map<uint32_t, Entry> m_entries; ///< by device
    std::set<uint32_t> m_players;        ///< who takes part in this game
    double m_capacity{0};                ///< for them
    double m_reserved{0};                ///< for the shares they have coming
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_DEMAND_BOOK_H
