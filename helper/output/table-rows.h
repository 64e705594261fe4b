/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TABLE_ROWS_H
#define TABLE_ROWS_H

#include "ns3/nstime.h"
#include "ns3/surgery-energy-meter.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-inference.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-migration.h"
#include "ns3/surgery-model-record.h"
#include "ns3/surgery-server-processor.h"
#include "ns3/surgery-table-layout.h"
#include "ns3/vector.h"

#include <cstdint>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @file
 * @ingroup dnn-surgery
 *
 * The tables: what a row of each is made of, and its columns. This is the only place that knows
 * them.
 */

/// Where a node is and where it goes; a row of a table without a record of its own.
struct PositionRecord
{
    Time time;        ///< when
    uint32_t node;    ///< its id
    std::string kind; ///< of node
    Vector position;  ///< m
    Vector velocity;  ///< m/s
};

/// Where a server stands.
struct SiteRecord
{
    uint32_t server;  ///< its node id
    std::string name; ///< of the site
    Vector position;  ///< m
};

/// A node joins or leaves a base station.
struct AttachmentRecord
{
    Time time;            ///< when
    uint32_t node;        ///< its id
    uint32_t server;      ///< the node id of the server behind the network
    uint32_t baseStation; ///< its index
    std::string event;    ///< "attached" or "detached"
};

extern const TableLayout<InferenceRecord> INFERENCES;        ///< the table inferences
extern const TableLayout<InferenceRecord> VARIED_INFERENCES; ///< the same with their variants
extern const TableLayout<InferenceRecord> DEADLINES;         ///< the table deadlines
extern const TableLayout<TimestepRecord> SCHEDULE;           ///< the table schedule
extern const TableLayout<TimestepRecord> PRICED_SCHEDULE;    ///< the same with prices
extern const TableLayout<CutChangeRecord> CUTS;              ///< the table cuts
extern const TableLayout<CutChangeRecord> VARIED_CUTS;       ///< the same with the variants
extern const TableLayout<GrantRecord> GRANTS;                ///< the table grants
extern const TableLayout<GrantRecord> VARIED_GRANTS;         ///< the same with the variants
extern const TableLayout<ModelRecord> MODELS;                ///< the table models
extern const TableLayout<BatchedJobRecord> BATCHES;          ///< the table batches
extern const TableLayout<MigrationRecord> MIGRATIONS;        ///< the table migrations
extern const TableLayout<LinkRecord> LINKS;                  ///< the table links
extern const TableLayout<PositionRecord> POSITIONS;          ///< the table positions
extern const TableLayout<AttachmentRecord> ATTACHMENTS;      ///< the table attachments
extern const TableLayout<SiteRecord> SITES;                  ///< the table sites
extern const TableLayout<EnergyRecord> ENERGY;               ///< the table energy
/// The table inference_energy
extern const TableLayout<InferenceEnergyRecord> INFERENCE_ENERGY;

} // namespace surgery
} // namespace ns3

#endif // TABLE_ROWS_H
