/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_COMPAT_H
#define SURGERY_COMPAT_H

#include <string>

/**
 * @file
 * @ingroup dnn-surgery
 * All that differs between the releases of ns-3 in what this module uses of their classes. They
 * are told apart by headers that came with them, because an installed ns-3 need not tell its
 * version. What differs for the build is in cmake/ns3-versions.cmake, what differs in Wi-Fi beside
 * the one class that needs it.
 */

#if __has_include("ns3/application-helper.h") // ns-3.42 and later

/// Overrides what ns3::Application declares since ns-3.42.
#define SURGERY_OVERRIDE_SINCE_3_42 override

#else

/// Overrides what ns3::Application declares since ns-3.42: nothing before.
#define SURGERY_OVERRIDE_SINCE_3_42

#endif

namespace ns3
{
namespace surgery
{

/// What ns3::CommandLine hands to the callback of an option.
#if __has_include("ns3/environment-variable.h") // ns-3.38 and later
using OptionText = const std::string&;
#else
using OptionText = std::string;
#endif

} // namespace surgery
} // namespace ns3

#endif // SURGERY_COMPAT_H
