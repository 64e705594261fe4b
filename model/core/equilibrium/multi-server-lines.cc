/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "multi-server-lines.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

namespace
{

/// The server of no line.
constexpr uint16_t NO_SERVER = 0xffff;

/// The lines of all devices at one server.
struct ServerLines
{
    ServerLines(const MultiServerGame& game, uint32_t server)
        : lines(GetServerGame(game, server, FindDevices(game, server)).players)
    {
    }

    static std::vector<std::size_t> FindDevices(const MultiServerGame& game, uint32_t server)
    {
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < game.devices.size(); ++i)
        {
            if (CanReach(game.devices[i][server]))
            {
                found.push_back(i);
            }
        }
        return found;
    }

    ResponseLines lines; ///< of the devices that reach the server
    std::size_t next{0}; ///< the next one of these devices
};

} // namespace

MultiServerLines::MultiServerLines(const MultiServerGame& game)
    : m_servers(game.capacities.size()),
      m_ends{0}
{
    std::vector<ServerLines> byServer;
    byServer.reserve(m_servers);
    for (uint32_t s = 0; s < m_servers; ++s)
    {
        byServer.emplace_back(game, s);
    }
    for (const auto& players : game.devices)
    {
        ResponseLine local{};
        local.server = NO_SERVER;
        for (uint32_t s = 0; s < m_servers; ++s)
        {
            if (!CanReach(players[s]))
            {
                continue;
            }
            for (const auto& line : byServer[s].lines.GetLines(byServer[s].next++))
            {
                if (line.workS > 0)
                {
                    if (game.capacities[s] <= 0)
                    {
                        continue; // a server without capacity does no work
                    }
                    m_lines.push_back(line);
                    m_lines.back().server = static_cast<uint16_t>(s);
                }
                else if (local.server == NO_SERVER || line.baseS < local.baseS)
                {
                    local = line;
                    local.server = static_cast<uint16_t>(s);
                }
            }
        }
        m_lines.push_back(local); // each frontier has it
        m_ends.push_back(m_lines.size());
        const auto& player = *std::find_if(players.begin(), players.end(), &CanReach);
        m_usagePrices.push_back(player.usagePriceS);
        m_equalPrices = m_equalPrices && player.usagePriceS == m_usagePrices.front();
    }
}

} // namespace surgery
} // namespace ns3
