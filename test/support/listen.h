/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef LISTEN_H
#define LISTEN_H

#include "ns3/callback.h"

#include <functional>
#include <gtest/gtest.h>
#include <string>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// Connects a lambda to a trace source; the type of the last argument tells the lambda's arguments.
template <typename Object, typename Sink, typename... Arguments>
void
ConnectSink(const Object& object,
            const std::string& source,
            const Sink& sink,
            const std::function<void(Arguments...)>*)
{
    EXPECT_TRUE(object->TraceConnectWithoutContext(source, ns3::Callback<void, Arguments...>(sink)))
        << object->GetInstanceTypeId().GetName() << " has no trace source " << source;
}

/// Call a lambda whenever a trace source fires; the test fails if there is no such source.
/// @param object a pointer to the source's owner @param source its name @param sink the lambda
template <typename Object, typename Sink>
void
Listen(const Object& object, const std::string& source, const Sink& sink)
{
    const decltype(std::function{sink})* type = nullptr;
    ConnectSink(object, source, sink, type);
}

/** @} */

#endif // LISTEN_H
