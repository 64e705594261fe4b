/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_SOCKET_TEXT_H
#define SURGERY_SOCKET_TEXT_H

#include "ns3/address.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * @param address an IPv4 or IPv6 address with a port
 * @return it as text, "10.1.1.1:4600" or "[2001:db8::1]:4600"; empty if it is another kind
 */
std::string GetSocketText(const Address& address);

/**
 * @ingroup dnn-surgery
 *
 * @param address any
 * @return the port of an IPv4 or IPv6 address that has one; nothing if it is another kind
 */
std::optional<uint16_t> FindPort(const Address& address);

/**
 * @ingroup dnn-surgery
 *
 * @param text an address with a port as GetSocketText writes it
 * @return the address; nothing if the text is none, or the port is not 1 to 65535
 */
std::optional<Address> ParseSocketText(const std::string& text);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_SOCKET_TEXT_H
