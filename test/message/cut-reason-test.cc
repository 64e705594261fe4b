/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-cut-reason.h"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace
{

using namespace ns3::surgery;

TEST(CutReason, OfEachCauseIsAnotherOne)
{
    std::set<CutReason> reasons;
    for (const auto cause : {CutCause::KEPT,
                             CutCause::FIRST,
                             CutCause::LINK,
                             CutCause::PRICE,
                             CutCause::LINK_AND_PRICE,
                             CutCause::SCHEDULER})
    {
        EXPECT_TRUE(reasons.insert(GetReason(cause)).second);
    }
    EXPECT_EQ(GetReason(CutCause::KEPT), CutReason());
    EXPECT_EQ(GetReasonName(GetReason(CutCause::FIRST)), "first grant");
    EXPECT_EQ(GetReasonName(GetReason(CutCause::LINK_AND_PRICE)), "link and price");
}

TEST(CutReason, HasANameOfItsOwn)
{
    std::set<std::string> names;
    for (auto i = 0; i <= static_cast<int>(CutReason::MODEL_LOADED); ++i)
    {
        const auto name = GetReasonName(static_cast<CutReason>(i));
        EXPECT_NE(name, "unknown");
        EXPECT_TRUE(names.insert(name).second) << name;
    }
}

} // namespace
