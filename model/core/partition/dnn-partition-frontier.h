/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DNN_PARTITION_FRONTIER_H
#define DNN_PARTITION_FRONTIER_H

#include "ns3/dnn-contenders.h"
#include "ns3/dnn-cut.h"
#include "ns3/dnn-frontier-search.h"
#include "ns3/dnn-layer-costs.h"
#include "ns3/dnn-profile-library.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * All cuts of a DNN that can ever be best, for any bandwidth and any share.
 *
 * Latency is L(D) + X(D) x + E(S) y with x = 8 / uplink rate and y = 1 / share: linear in (x, y).
 * So only the cuts on the lower hull of the points (L, X, E) matter, 2 to some tens of them on
 * real DNNs. They are found once (class FrontierSearch, which asks for minimum cuts). Of DNNs with
 * far more of them, say with hundreds of unequal branches, enough are found for a tolerance.
 */
class PartitionFrontier
{
  public:
    /**
     * Find the frontier.
     *
     * @param costs what the layers cost
     * @param leastInverseShare where y begins: 1 for shares of at most the whole server, 0 to hold
     *        every weighted combination of L, X and E as well
     */
    explicit PartitionFrontier(LayerCosts costs, double leastInverseShare = 1.0);

    /**
     * @return the cuts, by E ascending, then by L descending; the first is all-local
     */
    const Cuts& GetCuts() const
    {
        return m_cuts;
    }

    /**
     * @param secondsPerByte x, s/byte, > 0: the price of a byte sent in seconds of the device
     * @return indices among the cuts of those that can be best there (class Contenders)
     */
    Contenders::Range GetContenders(double secondsPerByte) const
    {
        return m_contenders.Get(secondsPerByte);
    }

    /// Finds a family of cuts.
    using CutFinder = Cuts (*)(const LayerCosts& costs);

    /**
     * Get the cuts of another family, for schedulers that choose from it. They are found at the
     * first call. Cuts that are also in the frontier are the same objects.
     *
     * @param find finds the family
     * @return the cuts, in the order of find
     */
    const Cuts& GetFamily(CutFinder find) const;

    /**
     * @return all-local: always part of the frontier
     */
    std::shared_ptr<const Cut> GetLocalCut() const;

    /**
     * @return everything but the input on the server: seldom part of the frontier
     */
    std::shared_ptr<const Cut> GetOffloadedCut() const;

    /**
     * @return what the layers cost
     */
    const LayerCosts& GetCosts() const;

    /**
     * @return how many min-cuts the search took
     */
    std::size_t GetMinCuts() const;

    /**
     * @return by which part L(D) + X(D) x + E(S) y of a cut that was left out may be less than that
     *         of all cuts found, at some (x, y): FrontierSearch::TOLERANCE, or 0 if none was
     */
    double GetTolerance() const;

  private:
    LayerCosts m_costs;                           ///< what the layers cost
    Cuts m_cuts;                                  ///< the frontier
    Contenders m_contenders;                      ///< which of them can be best where
    std::shared_ptr<const Cut> m_offloaded;       ///< everything but the input on the server
    std::size_t m_minCuts{0};                     ///< min-cuts solved
    double m_tolerance{0};                        ///< what was left aside
    mutable std::mutex m_familiesMutex;           ///< guards m_families
    mutable std::map<CutFinder, Cuts> m_families; ///< found so far
};

/**
 * @ingroup dnn-surgery
 *
 * Keeps frontiers, and what layers cost, by the names of DNN and processors and by encoding; each
 * is found once.
 */
class PartitionFrontierCache
{
  public:
    /**
     * @param library where DNNs and processors come from
     */
    explicit PartitionFrontierCache(std::shared_ptr<ProfileLibrary> library);

    /**
     * @return where DNNs and processors come from
     */
    ProfileLibrary& GetLibrary() const;

    /**
     * @param dnn a DNN's name or path
     * @param device a processor's name or path
     * @param server a processor's name or path
     * @param encoding how tensors are sent
     * @param leastInverseShare where y begins, as for PartitionFrontier
     * @return the frontier, shared by all callers
     * @throws std::invalid_argument if a profile cannot be read
     */
    std::shared_ptr<const PartitionFrontier> Get(const std::string& dnn,
                                                 const std::string& device,
                                                 const std::string& server,
                                                 const Encoding& encoding,
                                                 double leastInverseShare = 1.0);

    /**
     * @param dnn a DNN's name or path
     * @param device a processor's name or path
     * @param server a processor's name or path
     * @param encoding how tensors are sent
     * @return what the layers cost, shared by all callers
     * @throws std::invalid_argument if a profile cannot be read
     */
    std::shared_ptr<const LayerCosts> GetCosts(const std::string& dnn,
                                               const std::string& device,
                                               const std::string& server,
                                               const Encoding& encoding);

    /**
     * @return the largest tolerance of all frontiers found so far (PartitionFrontier::GetTolerance)
     */
    double GetTolerance() const;

  private:
    /// What costs are made of: a DNN, a device's and a server's processor, an encoding.
    using CostsKey = std::tuple<std::string, std::string, std::string, Encoding>;
    /// What a frontier is made of: costs, and where y begins.
    using Key = std::pair<CostsKey, double>;

    std::shared_ptr<ProfileLibrary> m_library;                           ///< source of profiles
    std::map<CostsKey, std::shared_ptr<const LayerCosts>> m_costs;       ///< found so far
    std::map<Key, std::shared_ptr<const PartitionFrontier>> m_frontiers; ///< found so far
};

} // namespace surgery
} // namespace ns3

#endif // DNN_PARTITION_FRONTIER_H
