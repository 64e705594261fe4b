/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/mac48-address.h"
#include "ns3/surgery-socket-text.h"

#include <gtest/gtest.h>
#include <string>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

TEST(SocketText, IsReadAsItIsWritten)
{
    const Address ipv4 = InetSocketAddress(Ipv4Address("10.1.2.3"), 4600);
    const Address ipv6 = Inet6SocketAddress(Ipv6Address("2001:db8::1"), 65535);
    EXPECT_EQ(GetSocketText(ipv4), "10.1.2.3:4600");
    EXPECT_EQ(GetSocketText(ipv6), "[2001:db8::1]:65535");
    EXPECT_EQ(ParseSocketText("10.1.2.3:4600"), ipv4);
    EXPECT_EQ(ParseSocketText("[2001:db8::1]:65535"), ipv6);
    EXPECT_EQ(GetSocketText(Mac48Address("00:00:00:00:00:01")), "");
    EXPECT_EQ(GetSocketText(Address()), "");
}

TEST(SocketText, OtherTextIsNone)
{
    for (const std::string text : {"",
                                   ":",
                                   "10.1.2.3",
                                   "10.1.2.3:",
                                   "10.1.2.3:0",
                                   "10.1.2.3:65536",
                                   "10.1.2.3:99999999999999999999",
                                   "10.1.2.3:46x",
                                   "10.1.2.3:-1",
                                   "10.1.2.3: 1",
                                   "10.1.2:4600",
                                   "10.1.2.300:4600",
                                   "server:4600",
                                   "2001:db8::1:4600",
                                   "[2001:db8::1]",
                                   "[2001:db8::zz]:4600",
                                   "[10.1.2.3]:4600",
                                   "[]:4600"})
    {
        EXPECT_FALSE(ParseSocketText(text)) << text;
    }
}

} // namespace
