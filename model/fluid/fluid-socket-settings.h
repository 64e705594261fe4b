/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FLUID_SOCKET_SETTINGS_H
#define FLUID_SOCKET_SETTINGS_H

#include "ns3/nstime.h"
#include "ns3/tcp-socket.h"

#include <cstdint>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The attributes that ns-3 gives every socket of TCP. Only the size of the send buffer and how
 * often and how long a connection is tried have an effect on a fluid socket.
 */
class FluidSocketSettings : public TcpSocket
{
  protected:
    /// @param listener from which an accepted socket inherits
    void Inherit(const FluidSocketSettings& listener);

    // as ns3::TcpSocket documents them
    /// @cond
    void SetSndBufSize(uint32_t size) override;
    uint32_t GetSndBufSize() const override;
    void SetRcvBufSize(uint32_t size) override;
    uint32_t GetRcvBufSize() const override;
    void SetSegSize(uint32_t size) override;
    uint32_t GetSegSize() const override;
    void SetInitialSSThresh(uint32_t threshold) override;
    uint32_t GetInitialSSThresh() const override;
    void SetInitialCwnd(uint32_t cwnd) override;
    uint32_t GetInitialCwnd() const override;
    void SetConnTimeout(Time timeout) override;
    Time GetConnTimeout() const override;
    void SetSynRetries(uint32_t count) override;
    uint32_t GetSynRetries() const override;
    void SetDataRetries(uint32_t retries) override;
    uint32_t GetDataRetries() const override;
    void SetDelAckTimeout(Time timeout) override;
    Time GetDelAckTimeout() const override;
    void SetDelAckMaxCount(uint32_t count) override;
    uint32_t GetDelAckMaxCount() const override;
    void SetTcpNoDelay(bool noDelay) override;
    bool GetTcpNoDelay() const override;
    void SetPersistTimeout(Time timeout) override;
    Time GetPersistTimeout() const override;
    /// @endcond

  private:
    uint32_t m_sndBufSize{0};      ///< attribute
    uint32_t m_rcvBufSize{0};      ///< attribute, without effect
    uint32_t m_segSize{0};         ///< attribute, without effect
    uint32_t m_initialSsThresh{0}; ///< attribute, without effect
    uint32_t m_initialCwnd{0};     ///< attribute, without effect
    Time m_connTimeout;            ///< attribute
    uint32_t m_synRetries{0};      ///< attribute
    uint32_t m_dataRetries{0};     ///< attribute, without effect
    Time m_delAckTimeout;          ///< attribute, without effect
    uint32_t m_delAckMaxCount{0};  ///< attribute, without effect
    bool m_noDelay{false};         ///< attribute, without effect
    Time m_persistTimeout;         ///< attribute, without effect
};

} // namespace surgery
} // namespace ns3

#endif // FLUID_SOCKET_SETTINGS_H
