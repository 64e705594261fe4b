/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_RADIO_ENERGY_MODEL_H
#define SURGERY_RADIO_ENERGY_MODEL_H

#include "ns3/event-id.h"
#include "ns3/surgery-power-model.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What a device's radio, or its end of a wire, draws: power x time of what it sends and receives.
 *
 * It may send and receive at once; then it draws what both add to its idle power, and no less than
 * the larger of the two.
 */
class RadioEnergyModel : public PowerModel
{
  public:
    /// Bits of the state.
    enum State
    {
        IDLE = 0,         ///< neither
        TRANSMITTING = 1, ///< it sends
        RECEIVING = 2,    ///< it receives
    };

    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    RadioEnergyModel();
    ~RadioEnergyModel() override;

    /**
     * Begin or cease to send. @param isOn whether it sends from now on
     */
    void SetTransmitting(bool isOn);

    /**
     * Begin or cease to receive. @param isOn whether it receives from now on
     */
    void SetReceiving(bool isOn);

    /**
     * Receive from now on until some time has passed, for traces that tell only the end of a
     * reception: its energy is drawn late by as much as it lasted.
     *
     * @param duration how long, > 0
     */
    void ReceiveFor(Time duration);

    double GetPowerW(int state) const override;
    double GetLargestPowerW() const override;

  protected:
    /// Release all objects.
    void DoDispose() override;

  private:
    /// Set or clear a bit of the state. @param bit which @param isOn whether to set it
    void SetBit(State bit, bool isOn);

    double m_transmitW{0}; ///< attribute
    double m_receiveW{0};  ///< attribute
    double m_idleW{0};     ///< attribute
    EventId m_end;         ///< of what is received for some time
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_RADIO_ENERGY_MODEL_H
