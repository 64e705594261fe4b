/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "table-rows.h"

#include "ns3/surgery-node-lookup.h"

#include <cmath>
#include <optional>

namespace ns3
{
namespace surgery
{

namespace
{

/// The node id of a record's server; nothing if it is not known.
template <typename Record>
std::optional<uint32_t>
GetServer(const Record& record)
{
    return record.server != NO_NODE ? std::optional<uint32_t>(record.server) : std::nullopt;
}

/// @return what T predicts, as measured; negative where that cannot be told
Time
GetServiceTime(const InferenceRecord& record)
{
    const auto isTold = record.outcome == InferenceOutcome::COMPLETED && record.reason.empty();
    return isTold ? GetServiceLatency(record) : NanoSeconds(-1);
}

/// @return latency less deadline, ns; nothing if the inference has none
std::optional<int64_t>
GetLatenessNs(const InferenceRecord& record)
{
    const auto lateness = GetLateness(record);
    return lateness ? std::optional<int64_t>(lateness->GetNanoSeconds()) : std::nullopt;
}

/// @return why the cut of a grant is another than before; empty if the server does not know it
std::string
GetGrantReason(const GrantRecord& record)
{
    return record.cut.empty() ? "" : GetReasonName(record.reason);
}

/// @param record an inference @param fact of the variant that was run @return that fact; nothing if
/// none was run
template <typename Value>
std::optional<Value>
GetFact(const InferenceRecord& record, Value InferenceVariant::*fact)
{
    return record.variant ? std::optional<Value>(*record.variant.*fact) : std::nullopt;
}

/// @return an accuracy; nothing if it is not known
std::optional<double>
GetAccuracy(const InferenceVariant& variant)
{
    return std::isnan(variant.accuracyPercent) ? std::nullopt
                                               : std::optional<double>(variant.accuracyPercent);
}

} // namespace

const TableLayout<InferenceRecord> INFERENCES(
    "inferences",
    {
        {"id", &InferenceRecord::id},
        {"device", &InferenceRecord::device},
        {"server", &GetServer<InferenceRecord>},
        {"dnn", &InferenceRecord::dnn},
        {"outcome", [](const InferenceRecord& r) { return GetOutcomeName(r.outcome); }},
        {"reason", &InferenceRecord::reason},
        {"cut", &InferenceRecord::cut},
        {"share", &InferenceRecord::share},
        {"uplink_bytes", &InferenceRecord::uplinkBytes},
        {"downlink_bytes", &InferenceRecord::downlinkBytes},
        {"created_ns", &InferenceRecord::created},
        {"device_start_ns", &InferenceRecord::deviceStart},
        {"device_end_ns", &InferenceRecord::deviceEnd},
        {"first_byte_sent_ns", &InferenceRecord::firstByteSent},
        {"last_byte_received_ns", &InferenceRecord::lastByteReceived},
        {"server_start_ns", &InferenceRecord::serverStart},
        {"server_end_ns", &InferenceRecord::serverEnd},
        {"result_received_ns", &InferenceRecord::resultReceived},
        {"predicted_ns", &InferenceRecord::predicted},
        {"service_ns", &GetServiceTime},
        {"attempts", &InferenceRecord::attempts},
        {"packing_ns", &InferenceRecord::packing},
        {"server_unpacking_ns", &InferenceRecord::serverUnpacking},
        {"server_packing_ns", &InferenceRecord::serverPacking},
        {"unpacking_ns", &InferenceRecord::unpacking},
    });

const TableLayout<InferenceRecord> VARIED_INFERENCES = INFERENCES.With({
    {"variant", [](const InferenceRecord& r) { return GetFact(r, &InferenceVariant::index); }},
    {"input_bytes",
     [](const InferenceRecord& r) { return GetFact(r, &InferenceVariant::inputBytes); }},
    {"activation_bits",
     [](const InferenceRecord& r) { return GetFact(r, &InferenceVariant::activationBits); }},
    {"accuracy_percent",
     [](const InferenceRecord& r) { return r.variant ? GetAccuracy(*r.variant) : std::nullopt; }},
});

const TableLayout<InferenceRecord> DEADLINES("deadlines",
                                             {
                                                 {"id", &InferenceRecord::id},
                                                 {"device", &InferenceRecord::device},
                                                 {"deadline_ns", &InferenceRecord::deadline},
                                                 {"late_ns", &GetLatenessNs},
                                                 {"met", &MetDeadline},
                                             });

const TableLayout<TimestepRecord> SCHEDULE("schedule",
                                           {
                                               {"time_ns", &TimestepRecord::time},
                                               {"server", &GetServer<TimestepRecord>},
                                               {"devices", &TimestepRecord::devices},
                                               {"shadow_price_s", &TimestepRecord::shadowPriceS},
                                               {"load", &TimestepRecord::load},
                                               {"potential_s", &TimestepRecord::potentialS},
                                               {"dual_gap_s", &TimestepRecord::dualGapS},
                                               {"max_regret", &TimestepRecord::maxRegret},
                                               {"rounds", &TimestepRecord::rounds},
                                               {"overloaded", &TimestepRecord::overloaded},
                                               {"control_messages",
                                                &TimestepRecord::controlMessages},
                                               {"control_bytes", &TimestepRecord::controlBytes},
                                               {"resident_models", &TimestepRecord::residentModels},
                                               {"admitted", &TimestepRecord::admitted},
                                               {"refused", &TimestepRecord::refused},
                                               {"choice_bytes", &TimestepRecord::choiceBytes},
                                               {"peer_bytes", &TimestepRecord::peerBytes},
                                               {"largest_excess", &TimestepRecord::largestExcess},
                                               {"unsold_s", &TimestepRecord::unsoldS},
                                           });

const TableLayout<TimestepRecord> PRICED_SCHEDULE = SCHEDULE.With({
    {"posted_price_s", &TimestepRecord::postedPriceS},
    {"revenue_s", [](const TimestepRecord& r) { return r.welfare.revenueS; }},
    {"surplus_s", [](const TimestepRecord& r) { return r.welfare.surplusS; }},
    {"welfare_s", [](const TimestepRecord& r) { return r.welfare.welfareS; }},
    {"largest_envy_s", [](const TimestepRecord& r) { return r.welfare.largestEnvyS; }},
});

const TableLayout<CutChangeRecord> CUTS(
    "cuts",
    {
        {"time_ns", &CutChangeRecord::time},
        {"device", &CutChangeRecord::device},
        {"server", &GetServer<CutChangeRecord>},
        {"old_cut", &CutChangeRecord::oldCut},
        {"new_cut", &CutChangeRecord::newCut},
        {"reason", [](const CutChangeRecord& r) { return std::string(GetReasonName(r.reason)); }},
    });

const TableLayout<CutChangeRecord> VARIED_CUTS = CUTS.With({
    {"old_variant", [](const CutChangeRecord& r) { return r.oldVariant.index; }},
    {"new_variant", [](const CutChangeRecord& r) { return r.newVariant.index; }},
    {"old_dnn", &CutChangeRecord::oldDnn},
    {"new_dnn", &CutChangeRecord::newDnn},
    {"new_input_bytes", [](const CutChangeRecord& r) { return r.newVariant.inputBytes; }},
    {"new_activation_bits", [](const CutChangeRecord& r) { return r.newVariant.activationBits; }},
    {"new_accuracy_percent", [](const CutChangeRecord& r) { return GetAccuracy(r.newVariant); }},
});

const TableLayout<GrantRecord> GRANTS("grants",
                                      {
                                          {"time_ns", &GrantRecord::time},
                                          {"device", &GrantRecord::device},
                                          {"server", &GetServer<GrantRecord>},
                                          {"share", &GrantRecord::share},
                                          {"cut", &GrantRecord::cut},
                                          {"predicted_latency_s", &GrantRecord::latencyS},
                                          {"predicted_cost_s", &GrantRecord::costS},
                                          {"uplink_bps", &GrantRecord::uplinkBps},
                                          {"reason", &GetGrantReason},
                                      });

const TableLayout<GrantRecord> VARIED_GRANTS = GRANTS.With({
    {"variant", &GrantRecord::variant},
    {"dnn", &GrantRecord::dnn},
});

const TableLayout<ModelRecord> MODELS(
    "models",
    {
        {"time_ns", &ModelRecord::time},
        {"server", &GetServer<ModelRecord>},
        {"dnn", &ModelRecord::dnn},
        {"event", [](const ModelRecord& r) { return GetModelEventName(r.event); }},
        {"bytes", &ModelRecord::bytes},
        {"resident_bytes", &ModelRecord::residentBytes},
    });

const TableLayout<BatchedJobRecord> BATCHES(
    "batches",
    {
        {"id", &BatchedJobRecord::inference},
        {"device", &BatchedJobRecord::device},
        {"server", &BatchedJobRecord::server},
        {"dnn", &BatchedJobRecord::dnn},
        {"queued_ns", &BatchedJobRecord::queued},
        {"start_ns", &BatchedJobRecord::start},
        {"end_ns", &BatchedJobRecord::end},
        {"waiting_ns", [](const BatchedJobRecord& r) { return r.start - r.queued; }},
        {"batch_size", &BatchedJobRecord::batchSize},
    });

const TableLayout<MigrationRecord> MIGRATIONS(
    "migrations",
    {
        {"time_ns", &MigrationRecord::time},
        {"asked_ns", &MigrationRecord::asked},
        {"device", &MigrationRecord::device},
        {"from_server", &MigrationRecord::from},
        {"to_server", &MigrationRecord::to},
        {"reason", &MigrationRecord::reason},
        {"handover", [](const MigrationRecord& r) { return GetHandoverName(r.handover); }},
        {"in_flight", &MigrationRecord::inFlight},
        {"gap_ns", &MigrationRecord::gap},
    });

const TableLayout<LinkRecord> LINKS("links",
                                    {
                                        {"time_ns", &LinkRecord::time},
                                        {"device", &LinkRecord::device},
                                        {"server", &GetServer<LinkRecord>},
                                        {"uplink_bps", &LinkRecord::uplinkBps},
                                        {"downlink_bps", &LinkRecord::downlinkBps},
                                    });

const TableLayout<PositionRecord> POSITIONS(
    "positions",
    {
        {"time_ns", &PositionRecord::time},
        {"node", &PositionRecord::node},
        {"kind", &PositionRecord::kind},
        {"x_m", [](const PositionRecord& r) { return r.position.x; }},
        {"y_m", [](const PositionRecord& r) { return r.position.y; }},
        {"z_m", [](const PositionRecord& r) { return r.position.z; }},
        {"vx_m_per_s", [](const PositionRecord& r) { return r.velocity.x; }},
        {"vy_m_per_s", [](const PositionRecord& r) { return r.velocity.y; }},
        {"vz_m_per_s", [](const PositionRecord& r) { return r.velocity.z; }},
    });

const TableLayout<AttachmentRecord> ATTACHMENTS("attachments",
                                                {
                                                    {"time_ns", &AttachmentRecord::time},
                                                    {"node", &AttachmentRecord::node},
                                                    {"server", &GetServer<AttachmentRecord>},
                                                    {"base_station",
                                                     &AttachmentRecord::baseStation},
                                                    {"event", &AttachmentRecord::event},
                                                });

const TableLayout<SiteRecord> SITES("sites",
                                    {
                                        {"server", &SiteRecord::server},
                                        {"name", &SiteRecord::name},
                                        {"x_m", [](const SiteRecord& r) { return r.position.x; }},
                                        {"y_m", [](const SiteRecord& r) { return r.position.y; }},
                                    });

const TableLayout<EnergyRecord> ENERGY("energy",
                                       {
                                           {"time_ns", &EnergyRecord::time},
                                           {"device", &EnergyRecord::device},
                                           {"remaining_j", &EnergyRecord::remainingJ},
                                           {"processor_j", &EnergyRecord::processorJ},
                                           {"processor_idle_j", &EnergyRecord::processorIdleJ},
                                           {"radio_j", &EnergyRecord::radioJ},
                                       });

const TableLayout<InferenceEnergyRecord> INFERENCE_ENERGY(
    "inference_energy",
    {
        {"id", &InferenceEnergyRecord::id},
        {"device", &InferenceEnergyRecord::device},
        {"processor_j", &InferenceEnergyRecord::processorJ},
        {"radio_j", &InferenceEnergyRecord::radioJ},
        {"waiting_j", &InferenceEnergyRecord::waitingJ},
    });

} // namespace surgery
} // namespace ns3
