/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RECORDED_LINK_ESTIMATOR_H
#define RECORDED_LINK_ESTIMATOR_H

#include "ns3/surgery-link-estimator.h"
#include "ns3/surgery-number-file.h"

#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Reports the rates that someone else estimated, at the instants of a recording, whatever transfers
 * take: to repeat decisions that were made from them.
 */
class RecordedLinkEstimator : public LinkEstimator
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    void AddSample(uint64_t bytes, Time duration) override;

    /// @return the rate, bit/s
    /// @throws std::invalid_argument if no file was set
    double GetRateBps() const override;

    Time GetDelay() const override;

  private:
    /// Read a recording. @param path of its file, or nothing
    /// @throws std::invalid_argument if something is wrong with it
    void SetRates(std::string path);
    /// @return the path of the recording, or nothing
    std::string GetRates() const;

    std::string m_path;            ///< attribute
    std::vector<RateStep> m_steps; ///< what the file holds
    Time m_offset;                 ///< attribute
    Time m_delay;                  ///< attribute
};

} // namespace surgery
} // namespace ns3

#endif // RECORDED_LINK_ESTIMATOR_H
