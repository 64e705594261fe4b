/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef GRANTED_CUT_H
#define GRANTED_CUT_H

#include "bidder.h"

#include "ns3/callback.h"
#include "ns3/dnn-cut.h"
#include "ns3/dnn-layer-costs.h"
#include "ns3/nstime.h"
#include "ns3/surgery-cut-reason.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-messages.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A cut as the device that executes it sees it.
 */
struct CutPlan
{
    CutLayers deviceLayers;  ///< which layers run on the device
    bool isLocal{true};      ///< whether all of them do
    double deviceS{0};       ///< what the device takes for them, s
    double restS{0};         ///< what the device would take for the others, s
    double workS{0};         ///< what the server takes, s; known only to who decides itself
    uint64_t uploadBytes{0}; ///< of the tensors to send
    uint64_t resultBytes{0}; ///< of the result
    std::string label;       ///< tensors to send, or "local"
};

/**
 * @ingroup dnn-surgery
 *
 * The cut and the share that a device works with: those of its valid GRANT, or everything on the
 * device.
 *
 * A device that decides itself picks the cut here, and answers the server's questions (class
 * Bidder). Whether a GRANT is still valid is for the owner to say.
 */
class GrantedCut
{
  public:
    /// Called with the old cut, the new one, and why, just before it takes effect.
    using ChangedCallback = Callback<void, const CutPlan&, const CutPlan&, CutReason>;

    /**
     * @param costs of the DNN, with the device in the server's place, too
     * @param bidder answers the server's questions; null if the server decides
     * @param changed told of each change
     */
    GrantedCut(std::unique_ptr<LayerCosts> costs,
               std::unique_ptr<Bidder> bidder,
               ChangedCallback changed);

    /**
     * Let the device decide itself from now on, or the server. The GRANT must have been lost.
     *
     * @param bidder answers the server's questions; null if the server decides
     */
    void SetBidder(std::unique_ptr<Bidder> bidder);

    /**
     * @return what the layers cost on the device
     */
    const LayerCosts& GetCosts() const;

    /**
     * @return whether the device decides itself
     */
    bool IsOwnDecision() const;

    /**
     * @return whether there is a valid GRANT
     */
    bool IsGranted() const;

    /**
     * @return the cut in effect, never null
     */
    std::shared_ptr<const CutPlan> GetPlan() const;

    /**
     * @return the share in effect, 0..1; 0 without a valid GRANT
     */
    double GetShare() const;

    /**
     * @return the latest GRANT, valid or not; its sequence is 0 if none ever came
     */
    const Grant& GetLastGrant() const;

    /**
     * @return how long the latest GRANT was under way; negative if none ever came
     */
    Time GetGrantDelay() const;

    /**
     * @param plan a cut that offloads, taken under this or an earlier GRANT
     * @return whether the server does its part of it
     */
    bool IsServed(const CutPlan& plan) const;

    /**
     * A GRANT arrived. A device that decides itself completes it with its cut.
     *
     * @param grant the GRANT
     * @param link the network as the device knows it
     * @return whether it was taken, i.e. its cut fits the DNN
     */
    bool Accept(Grant grant, const Link& link);

    /**
     * The GRANT is no longer valid.
     *
     * @param reason why
     */
    void Lose(CutReason reason);

    /**
     * Forget the latest GRANT, too: the device turns to another server.
     */
    void ForgetServer();

    /**
     * Answer the server. The device must decide itself.
     *
     * @param question a PRICE
     * @param link the network as the device knows it
     * @return the answer
     * @throws std::invalid_argument if the server's processor cannot be read
     */
    std::optional<Demand> Answer(const Price& question, const Link& link);

    /**
     * Answer the server. The device must decide itself.
     *
     * @param question an OFFER
     * @param link the network as the device knows it
     * @return the answer; none if no PRICE ever came
     */
    std::optional<Demand> Answer(const Offer& question, const Link& link);

    /**
     * @param link the network
     * @return the device as the game knows it; without frontier if the server decides, or has not
     *         asked yet
     */
    Player GetPlayer(const Link& link) const;

  private:
    /// What a cut means to this device. @param deviceLayers the cut @return its plan
    std::shared_ptr<const CutPlan> MakePlan(const CutLayers& deviceLayers) const;
    /// Take another cut. @param plan the cut, null for none @param reason why
    void Change(std::shared_ptr<const CutPlan> plan, CutReason reason);

    std::unique_ptr<LayerCosts> m_costs;      ///< the device in the server's place, too
    std::unique_ptr<Bidder> m_bidder;         ///< null if the server decides
    ChangedCallback m_changed;                ///< to the owner
    std::shared_ptr<const CutPlan> m_local;   ///< everything on the device
    std::shared_ptr<const CutPlan> m_granted; ///< of the valid GRANT, or null
    double m_share{0};                        ///< of the valid GRANT
    Grant m_lastGrant;                        ///< the latest one
    Time m_grantDelay{NanoSeconds(-1)};       ///< its way here; negative if none came
};

} // namespace surgery
} // namespace ns3

#endif // GRANTED_CUT_H
