/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef MULTI_SERVER_LINES_H
#define MULTI_SERVER_LINES_H

#include "ns3/surgery-multi-server-game.h"
#include "ns3/surgery-response-lines.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What each device can choose from, over all servers: of each server the lines that can be best
 * there, and of all lines without work on a server the cheapest one, since running everything on
 * the device is one strategy. Everything lies in flat arrays.
 */
class MultiServerLines
{
  public:
    /**
     * @param game the game
     */
    explicit MultiServerLines(const MultiServerGame& game);

    /**
     * @return number of devices
     */
    std::size_t GetDevices() const
    {
        return m_ends.size() - 1;
    }

    /**
     * @return number of servers
     */
    std::size_t GetServers() const
    {
        return m_servers;
    }

    /**
     * @param device its index
     * @return its lines, by server; one without work comes last
     */
    ResponseLines::Range<ResponseLine> GetLines(std::size_t device) const
    {
        return {m_lines.data() + m_ends[device], m_lines.data() + m_ends[device + 1]};
    }

    /**
     * @param device its index
     * @return its rho, s
     */
    double GetUsagePrice(std::size_t device) const
    {
        return m_usagePrices[device];
    }

    /**
     * @return whether all devices have the same rho
     */
    bool HaveEqualPrices() const
    {
        return m_equalPrices;
    }

    /**
     * @param line a line
     * @param rootPrice sqrt of the unit price at the line's server, sqrt(s), >= 0
     * @return what the line costs at its best share of at most 1, s
     */
    static double GetCost(const ResponseLine& line, double rootPrice)
    {
        return line.rootWork <= rootPrice ? line.baseS + 2 * line.rootWork * rootPrice
                                          : line.baseS + line.workS + rootPrice * rootPrice;
    }

    /**
     * @param line a line
     * @param rootPrice sqrt of the unit price at the line's server, sqrt(s), >= 0
     * @return its best share, 0..1
     */
    static double GetShare(const ResponseLine& line, double rootPrice)
    {
        if (line.rootWork <= 0)
        {
            return 0;
        }
        return line.rootWork <= rootPrice ? line.rootWork / rootPrice : 1.0;
    }

  private:
    std::size_t m_servers;             ///< number
    std::vector<ResponseLine> m_lines; ///< of all devices
    std::vector<std::size_t> m_ends;   ///< where each device's lines begin, and the end
    std::vector<double> m_usagePrices; ///< by device
    bool m_equalPrices{true};          ///< see HaveEqualPrices
};

} // namespace surgery
} // namespace ns3

#endif // MULTI_SERVER_LINES_H
