/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DDS_SCHEDULER_H
#define DDS_SCHEDULER_H

#include "ns3/nstime.h"
#include "ns3/surgery-game-mode.h"
#include "ns3/surgery-scheduler.h"

#include <cstdint>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * DDS, Decentralized DNN Surgery: cuts and shares are the normalized Nash equilibrium of the
 * devices' resource-allocation game.
 *
 * After X. Yang, D. Chen, Q. Qi, J. Wang, H. Sun, J. Liao, S. Guo, "Adaptive DNN Surgery for
 * Selfish Inference Acceleration with On-demand Edge Resource", arXiv 2306.12185, 2023. Its
 * abstract fixes the game; the formulas (SolveEquilibrium) are ours.
 *
 * Server-side, the devices report and the server solves the game. Decentralised, they play it
 * themselves, in rounds of prices and demands (class SurgeryNegotiation), and the server knows of
 * them only what they ask for. Clients must be of the same mode.
 */
class DdsScheduler : public SurgeryScheduler
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Outcome Decide(const Game& game) override;
    Ptr<SurgeryNegotiation> GetNegotiation() override;

  protected:
    /// Dispose of the negotiation.
    void DoDispose() override;

  private:
    /// @param mode as ParseGameMode knows it
    void SetMode(std::string mode);
    /// @return its name
    std::string GetMode() const;

    GameMode m_mode{GameMode::SERVER_SIDE}; ///< who plays
    double m_tolerance{0};                  ///< attribute
    uint32_t m_maxRounds{0};                ///< attribute
    uint32_t m_handOutRounds{0};            ///< attribute
    Time m_roundDeadline;                   ///< attribute
    Time m_demandLifetime;                  ///< attribute
    double m_patience{0};                   ///< attribute
    Ptr<SurgeryNegotiation> m_negotiation;  ///< made when first asked for
};

} // namespace surgery
} // namespace ns3

#endif // DDS_SCHEDULER_H
