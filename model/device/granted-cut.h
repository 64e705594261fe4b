/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef GRANTED_CUT_H
#define GRANTED_CUT_H

#include "bidder.h"
#include "device-variants.h"

#include "ns3/callback.h"
#include "ns3/dnn-cut.h"
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
    std::string dnn;          ///< the DNN that is cut
    InferenceVariant variant; ///< how it is run
    CutLayers deviceLayers;   ///< the layers that run on the device
    bool isLocal{true};       ///< whether all layers run on the device
    double deviceS{0};        ///< how long the device takes for its layers, s
    double restS{0};          ///< how long the device would take for the others, s
    double workS{0};          ///< how long the whole server takes, s; 0 if the server decides
    uint64_t uploadBytes{0};  ///< size of the tensors to send
    uint64_t resultBytes{0};  ///< size of the result
    std::string label;        ///< tensors to send, or "local"
};

/**
 * @ingroup dnn-surgery
 *
 * @param one a cut of a device
 * @param other another one
 * @return whether they are the same cut of the same variant
 */
bool IsEqual(const CutPlan& one, const CutPlan& other);

/**
 * @ingroup dnn-surgery
 *
 * The cut and the share that a device works with: those of its valid GRANT, or everything on the
 * device.
 *
 * A device that decides itself picks the cut here, and answers the server's questions (class
 * Bidder). The owner says whether a GRANT is still valid.
 */
class GrantedCut
{
  public:
    /// Called with the old cut, the new one, and why, just before it takes effect.
    using ChangedCallback = Callback<void, const CutPlan&, const CutPlan&, CutReason>;

    /**
     * @param variants of the device
     * @param weights what a second costs the device: a device on its own runs the variant that
     *        costs least on it
     * @param bidder answers the server's questions; null if the server decides
     * @param changed called at each change of the cut
     */
    GrantedCut(DeviceVariants variants,
               const ActivityWeights& weights,
               std::unique_ptr<Bidder> bidder,
               ChangedCallback changed);

    /**
     * Change who decides, the device or the server. There must be no valid GRANT.
     *
     * @param bidder answers the server's questions; null if the server decides
     */
    void SetBidder(std::unique_ptr<Bidder> bidder);

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
     * @return how long the latest GRANT took from the server; negative if none ever came
     */
    Time GetGrantDelay() const;

    /**
     * @param plan a cut that offloads, of this or an earlier GRANT
     * @return whether the server runs its part of that cut
     */
    bool IsServed(const CutPlan& plan) const;

    /**
     * A GRANT arrived. A device that decides itself completes it with its cut.
     *
     * @param grant the GRANT
     * @param link the network as the device knows it
     * @return whether the GRANT was accepted, i.e. the device has its variant, and the cut fits
     */
    bool Accept(Grant grant, const Link& link);

    /**
     * The GRANT has become invalid: run everything on the device.
     *
     * @param reason why
     */
    void Lose(CutReason reason);

    /**
     * Forget the latest GRANT as well, because the device turns to another server.
     */
    void ForgetServer();

    /**
     * Answer a PRICE. The device must decide itself.
     *
     * @param question the PRICE
     * @param link the network as the device knows it
     * @return the answer
     * @throws std::invalid_argument if the server's processor cannot be read
     */
    std::optional<Demand> Answer(const Price& question, const Link& link);

    /**
     * Answer an OFFER. The device must decide itself.
     *
     * @param question the OFFER
     * @param link the network as the device knows it
     * @return the answer; none if no PRICE ever came
     */
    std::optional<Demand> Answer(const Offer& question, const Link& link);

    /**
     * Compute what a cut means for this device and this server.
     *
     * @param variant index of the variant
     * @param deviceLayers a cut of its DNN
     * @return its plan
     */
    std::shared_ptr<const CutPlan> MakePlan(uint32_t variant, const CutLayers& deviceLayers) const;

    /**
     * @param link the network
     * @return the device as the game knows it; without frontier if the server decides, or has not
     *         asked yet
     */
    Player GetPlayer(const Link& link) const;

  private:
    /// @param weights what a second costs the device @return all on the device, of the variant for
    /// which that costs least
    std::shared_ptr<const CutPlan> MakeLocalPlan(const ActivityWeights& weights) const;
    /// Change to another cut. @param plan the cut; null: everything on the device @param reason why
    void Change(std::shared_ptr<const CutPlan> plan, CutReason reason);

    DeviceVariants m_variants;                ///< of the device
    std::unique_ptr<Bidder> m_bidder;         ///< null if the server decides
    ChangedCallback m_changed;                ///< to the owner
    std::shared_ptr<const CutPlan> m_local;   ///< everything on the device
    std::shared_ptr<const CutPlan> m_granted; ///< cut of the valid GRANT, or null
    double m_share{0};                        ///< share of the valid GRANT, 0..1
    Grant m_lastGrant;                        ///< the latest GRANT
    Time m_grantDelay{NanoSeconds(-1)};       ///< how long it took; negative if none came
};

} // namespace surgery
} // namespace ns3

#endif // GRANTED_CUT_H
