/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_ENERGY_METER_H
#define SURGERY_ENERGY_METER_H

#include "ns3/callback.h"
#include "ns3/device-energy-model.h"
#include "ns3/energy-source.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/surgery-compat.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace ns3
{
namespace surgery
{

class ProcessorEnergyModel;

/**
 * @ingroup dnn-surgery
 *
 * What a device's battery holds, and who drew how much of it. What the parts drew sums to what the
 * battery lost.
 */
struct EnergyRecord
{
    Time time;                ///< when
    uint32_t device{0};       ///< the client's DeviceId
    double remainingJ{0};     ///< in the battery, J
    double processorJ{0};     ///< drawn while the processor ran layers, J
    double processorIdleJ{0}; ///< drawn without the radio while it did not, J
    double radioJ{0};         ///< drawn by the radio, J
};

/**
 * @ingroup dnn-surgery
 *
 * The energy of one inference.
 *
 * The radio's and the idle processor's are estimates: what both drew from the end of the device's
 * layers to the end of the inference. They are told only if no other inference was away from the
 * device in that time.
 */
struct InferenceEnergyRecord
{
    uint64_t id{0};                      ///< the inference, unique per device
    uint32_t device{0};                  ///< the client's DeviceId
    double processorJ{0};                ///< drawn while the processor ran its layers, J
    std::optional<double> radioJ{0.0};   ///< drawn by the radio while it was away, J
    std::optional<double> waitingJ{0.0}; ///< drawn by the idle processor while it was away, J
};

/**
 * @ingroup dnn-surgery
 *
 * Reads how much energy a device takes from its battery, and for what.
 *
 * It is aggregated to the device's node. The helper that installs a battery tells it when
 * inferences run and end; everything else it reads from the energy models.
 *
 * It also sees to it that the end of the battery is noticed in time. ns-3's sources only look at
 * changes of a state, and once a second; this looks when the rest could have been drawn at the
 * device's largest power, once a millisecond at most.
 */
class EnergyMeter : public Object
{
  public:
    /// A battery counts as empty when the device could draw the rest in this time, at most.
    static constexpr double EMPTY_S = 2e-3;

    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    EnergyMeter();
    ~EnergyMeter() override;

    /**
     * Begin to read.
     *
     * @param source the battery, which looks at least once a second at what it holds; its trace
     *        source RemainingEnergy is listened to
     * @param processor draws from it
     * @param radios draw from it
     * @param largestPowerW the most that all of them draw together, W
     * @param device tells the client's DeviceId
     */
    void Begin(Ptr<energy_framework::EnergySource> source,
               Ptr<ProcessorEnergyModel> processor,
               const std::vector<Ptr<energy_framework::DeviceEnergyModel>>& radios,
               double largestPowerW,
               Callback<uint32_t> device);

    /**
     * The processor begins to run another inference, or none.
     *
     * @param oldInference which it ran before; 0: none
     * @param newInference which it runs from now on; 0: none
     */
    void HandleWork(uint64_t oldInference, uint64_t newInference);

    /**
     * An inference ended: trace its energy.
     *
     * @param id the inference
     */
    void HandleEnd(uint64_t id);

    /**
     * @return what the battery holds now, and who drew how much of it
     */
    EnergyRecord Read() const;

    /**
     * @return what the battery held in the beginning, J
     */
    double GetCapacityJ() const;

    /**
     * @return whether the battery is empty
     */
    bool IsEmpty() const;

    /**
     * Signature of the trace sources Energy and Empty.
     *
     * @param [in] record what the battery holds, and who drew how much of it
     */
    typedef void (*EnergyTracedCallback)(const EnergyRecord& record);

    /**
     * Signature of the trace source InferenceEnergy.
     *
     * @param [in] record the energy of an inference
     */
    typedef void (*InferenceEnergyTracedCallback)(const InferenceEnergyRecord& record);

  protected:
    /// Trace the first reading.
    void DoInitialize() override;
    /// Forget the battery.
    void DoDispose() override;

  private:
    /// An inference that the processor has run, and that has not ended.
    struct Stage
    {
        bool isAway{false};           ///< whether its layers on the device are done
        InferenceEnergyRecord energy; ///< so far
    };

    /// @return whether there is a battery to read; not while a simulation is taken down
    bool IsReading() const;
    /// @return what the radios have drawn, J
    double GetRadioJ() const;
    /// Give what was drawn since the last call to those for whom it was.
    void Attribute();
    /// Trace a reading, and schedule the next.
    void Sample();
    /// The battery holds another energy. @param oldJ before @param newJ now
    void HandleRemaining(double oldJ, double newJ);
    /// Look whether the battery is empty.
    void Check();
    /// The battery is empty.
    void HandleEmpty();
    /// Tell that it is.
    void TellEmpty();

    Ptr<energy_framework::EnergySource> m_source; ///< the battery; null: not yet, or not any more
    Ptr<ProcessorEnergyModel> m_processor;        ///< draws from it
    std::vector<Ptr<energy_framework::DeviceEnergyModel>> m_radios; ///< draw from it
    Callback<uint32_t> m_device;                                    ///< tells the DeviceId
    double m_largestPowerW{0};                                      ///< of all together
    Time m_interval;                                                ///< attribute
    EventId m_next;                                                 ///< the next sample
    EventId m_check;                                                ///< whether it is empty
    bool m_isEmpty{false};                                          ///< whether it was
    uint64_t m_running{0};                                          ///< inference; 0: none
    std::map<uint64_t, Stage> m_stages;                             ///< by inference
    Time m_attributed;                                              ///< until when
    EnergyRecord m_before;                                          ///< what was drawn until then
    TracedCallback<const EnergyRecord&> m_energyTrace;              ///< Energy
    TracedCallback<const EnergyRecord&> m_emptyTrace;               ///< Empty
    TracedCallback<const InferenceEnergyRecord&> m_inferenceTrace;  ///< InferenceEnergy
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_ENERGY_METER_H
