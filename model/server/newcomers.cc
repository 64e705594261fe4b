/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "newcomers.h"

#include <cstddef>
#include <optional>

namespace ns3
{
namespace surgery
{

void
Newcomers::Ask(uint32_t device, uint64_t number, double gainS)
{
    auto& request = m_requests[device];
    if (number > request.number)
    {
        request = {number, gainS, true};
    }
}

void
Newcomers::Forget(uint32_t device)
{
    m_requests.erase(device);
}

void
Newcomers::Clear()
{
    m_requests.clear();
}

std::vector<Newcomers::Answer>
Newcomers::Decide(AdmissionRule rule, const std::function<bool(uint32_t)>& canServe)
{
    std::vector<Answer> answers;
    std::optional<std::size_t> best;
    double most = -1;
    for (auto& [device, request] : m_requests)
    {
        if (!request.isWaiting)
        {
            continue;
        }
        request.isWaiting = false;
        const auto isServable = !canServe || canServe(device);
        if (isServable && request.gainS > most)
        {
            most = request.gainS;
            best = answers.size();
        }
        answers.push_back({device, request.number, isServable && rule == AdmissionRule::EVERYBODY});
    }
    if (rule == AdmissionRule::LARGEST_GAIN && best)
    {
        answers[*best].isAdmitted = true;
    }
    return answers;
}

} // namespace surgery
} // namespace ns3
