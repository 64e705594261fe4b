/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef APPLICATION_LISTS_H
#define APPLICATION_LISTS_H

#include "ns3/application-container.h"
#include "ns3/node-container.h"
#include "ns3/ptr.h"

#include <cstdint>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Fix the random streams of all applications of one class.
 *
 * @tparam T the class
 * @param applications some of them may be of others
 * @param stream the first stream to use
 * @return how many were used
 */
template <class T>
int64_t
AssignStreamsTo(const ApplicationContainer& applications, int64_t stream)
{
    const auto first = stream;
    for (auto it = applications.Begin(); it != applications.End(); ++it)
    {
        if (auto application = DynamicCast<T>(*it))
        {
            stream += application->AssignStreams(stream);
        }
    }
    return stream - first;
}

/**
 * @ingroup dnn-surgery
 *
 * Install on several nodes what a helper installs on one.
 *
 * @param helper the helper
 * @param nodes the nodes
 * @return the applications, in the order of the nodes
 */
template <class Helper>
ApplicationContainer
InstallOnAll(const Helper& helper, const NodeContainer& nodes)
{
    ApplicationContainer applications;
    for (auto it = nodes.Begin(); it != nodes.End(); ++it)
    {
        applications.Add(helper.Install(*it));
    }
    return applications;
}

} // namespace surgery
} // namespace ns3

#endif // APPLICATION_LISTS_H
