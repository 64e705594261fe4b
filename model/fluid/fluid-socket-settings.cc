/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fluid-socket-settings.h"

namespace ns3
{
namespace surgery
{

void
FluidSocketSettings::Inherit(const FluidSocketSettings& listener)
{
    m_sndBufSize = listener.m_sndBufSize;
    m_rcvBufSize = listener.m_rcvBufSize;
    m_segSize = listener.m_segSize;
    m_initialSsThresh = listener.m_initialSsThresh;
    m_initialCwnd = listener.m_initialCwnd;
    m_connTimeout = listener.m_connTimeout;
    m_synRetries = listener.m_synRetries;
    m_dataRetries = listener.m_dataRetries;
    m_delAckTimeout = listener.m_delAckTimeout;
    m_delAckMaxCount = listener.m_delAckMaxCount;
    m_noDelay = listener.m_noDelay;
    m_persistTimeout = listener.m_persistTimeout;
}

void
FluidSocketSettings::SetSndBufSize(uint32_t size)
{
    m_sndBufSize = size;
}

uint32_t
FluidSocketSettings::GetSndBufSize() const
{
    return m_sndBufSize;
}

void
FluidSocketSettings::SetRcvBufSize(uint32_t size)
{
    m_rcvBufSize = size;
}

uint32_t
FluidSocketSettings::GetRcvBufSize() const
{
    return m_rcvBufSize;
}

void
FluidSocketSettings::SetSegSize(uint32_t size)
{
    m_segSize = size;
}

uint32_t
FluidSocketSettings::GetSegSize() const
{
    return m_segSize;
}

void
FluidSocketSettings::SetInitialSSThresh(uint32_t threshold)
{
    m_initialSsThresh = threshold;
}

uint32_t
FluidSocketSettings::GetInitialSSThresh() const
{
    return m_initialSsThresh;
}

void
FluidSocketSettings::SetInitialCwnd(uint32_t cwnd)
{
    m_initialCwnd = cwnd;
}

uint32_t
FluidSocketSettings::GetInitialCwnd() const
{
    return m_initialCwnd;
}

void
FluidSocketSettings::SetConnTimeout(Time timeout)
{
    m_connTimeout = timeout;
}

Time
FluidSocketSettings::GetConnTimeout() const
{
    return m_connTimeout;
}

void
FluidSocketSettings::SetSynRetries(uint32_t count)
{
    m_synRetries = count;
}

uint32_t
FluidSocketSettings::GetSynRetries() const
{
    return m_synRetries;
}

void
FluidSocketSettings::SetDataRetries(uint32_t retries)
{
    m_dataRetries = retries;
}

uint32_t
FluidSocketSettings::GetDataRetries() const
{
    return m_dataRetries;
}

void
FluidSocketSettings::SetDelAckTimeout(Time timeout)
{
    m_delAckTimeout = timeout;
}

Time
FluidSocketSettings::GetDelAckTimeout() const
{
    return m_delAckTimeout;
}

void
FluidSocketSettings::SetDelAckMaxCount(uint32_t count)
{
    m_delAckMaxCount = count;
}

uint32_t
FluidSocketSettings::GetDelAckMaxCount() const
{
    return m_delAckMaxCount;
}

void
FluidSocketSettings::SetTcpNoDelay(bool noDelay)
{
    m_noDelay = noDelay;
}

bool
FluidSocketSettings::GetTcpNoDelay() const
{
    return m_noDelay;
}

void
FluidSocketSettings::SetPersistTimeout(Time timeout)
{
    m_persistTimeout = timeout;
}

Time
FluidSocketSettings::GetPersistTimeout() const
{
    return m_persistTimeout;
}

} // namespace surgery
} // namespace ns3
