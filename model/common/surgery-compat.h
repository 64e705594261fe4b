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
 * All differences between the releases of ns-3 in the classes that this module uses. Headers that
 * came with a release tell it from earlier ones, because an installed ns-3 need not state its
 * version. Differences in the build are in cmake/ns3-versions.cmake, those in Wi-Fi's Block Ack in
 * the one file that needs them (block-ack-agreements.cc).
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

/// Holds ns-3's energy framework since ns-3.42.
namespace energy
{
}

namespace surgery
{

/// ns-3's energy framework.
#if __has_include("ns3/application-helper.h") // ns-3.42 and later
namespace energy_framework = ns3::energy;
#else
namespace energy_framework = ns3;
#endif

/// What ns3::CommandLine hands to the callback of an option.
#if __has_include("ns3/environment-variable.h") // ns-3.38 and later
using OptionText = const std::string&;
#else
using OptionText = std::string;
#endif

} // namespace surgery
} // namespace ns3

#endif // SURGERY_COMPAT_H
