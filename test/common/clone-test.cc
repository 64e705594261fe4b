/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/simulator-fixture.h"

#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/pointer.h"
#include "ns3/random-variable-stream.h"
#include "ns3/string.h"
#include "ns3/surgery-clone.h"
#include "ns3/surgery-link-prober.h"

#include <gtest/gtest.h>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class CloneTest : public SimulatorFixture
{
};

TEST_F(CloneTest, HasTheSameAttributesAndSharesNoState)
{
    const auto prober = CreateObject<LinkProber>();
    prober->SetAttribute("Interval", TimeValue(Seconds(3)));
    prober->SetAttribute("Jitter", StringValue("ns3::ConstantRandomVariable[Constant=0.5]"));
    const auto clone = Clone(prober);
    ASSERT_TRUE(clone);
    EXPECT_NE(clone, prober);
    TimeValue interval;
    clone->GetAttribute("Interval", interval);
    EXPECT_EQ(interval.Get(), Seconds(3));
    PointerValue own;
    PointerValue other;
    prober->GetAttribute("Jitter", own);
    clone->GetAttribute("Jitter", other);
    EXPECT_NE(own.GetObject(), other.GetObject());
    EXPECT_EQ(other.Get<RandomVariableStream>()->GetValue(), 0.5);
    // what is set later is not shared either
    clone->SetAttribute("Interval", TimeValue(Seconds(4)));
    prober->GetAttribute("Interval", interval);
    EXPECT_EQ(interval.Get(), Seconds(3));
}

TEST_F(CloneTest, OfNothingIsNothing)
{
    EXPECT_FALSE(Clone(Ptr<LinkProber>()));
}

} // namespace
