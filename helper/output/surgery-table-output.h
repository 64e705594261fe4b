/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_TABLE_OUTPUT_H
#define SURGERY_TABLE_OUTPUT_H

#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"

#include <cstdint>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace ns3
{
namespace surgery
{

class Provenance;

/**
 * @ingroup dnn-surgery
 *
 * A field of a row: nothing, a whole number, a number or a text.
 */
using TableValue = std::variant<std::monostate, int64_t, double, std::string>;

/**
 * @ingroup dnn-surgery
 *
 * A row of a table, a value per column.
 */
using TableRow = std::vector<TableValue>;

/**
 * @ingroup dnn-surgery
 *
 * What a column holds. Any field may also hold nothing.
 */
enum class ColumnType
{
    INTEGER, ///< whole numbers of 64 bits, such as instants in nanoseconds
    REAL,    ///< numbers of double precision
    TEXT,    ///< texts
};

/**
 * @ingroup dnn-surgery
 *
 * A column of a table.
 */
struct TableColumn
{
    std::string name;                  ///< with the unit, such as "uplink_bps"
    ColumnType type{ColumnType::TEXT}; ///< what it holds
    int digits{12};                    ///< significant digits of a REAL where it is written as text
};

/**
 * @ingroup dnn-surgery
 *
 * A table that is being written, row by row.
 */
class OutputTable : public SimpleRefCount<OutputTable>
{
  public:
    /**
     * @param name of the table
     * @param columns from left to right
     */
    OutputTable(const std::string& name, const std::vector<TableColumn>& columns);

    virtual ~OutputTable();

    OutputTable(const OutputTable&) = delete;
    OutputTable& operator=(const OutputTable&) = delete;

    /**
     * Add a row at the end.
     *
     * @param row a value per column, of the column's type or none
     * @throws std::invalid_argument if the row does not fit the columns
     * @throws std::runtime_error if it cannot be written, naming the file
     */
    void Write(const TableRow& row);

  protected:
    /// @return from left to right
    const std::vector<TableColumn>& GetColumns() const;

  private:
    /**
     * Add a row at the end.
     *
     * @param row fits the columns
     */
    virtual void DoWrite(const TableRow& row) = 0;

    std::string m_name;                 ///< of the table
    std::vector<TableColumn> m_columns; ///< from left to right
};

/**
 * @ingroup dnn-surgery
 *
 * Where the tables of a run go: a folder of CSV files, or one SQLite database. Both hold the same
 * rows. Rows are written as they come, so that memory does not grow with them; all are in the
 * files after Simulator::Destroy. What an earlier run wrote there under the same names is replaced.
 *
 * The folder's status.json says whether the run ended, or where and why it was cut off. Files are
 * written out each simulated second, and each quarter of a second on the clock, with whole rows
 * only, so that a run that is killed leaves what it had.
 *
 * @code
 * auto output = TableOutput::Create("sqlite", "results");
 * auto table = output->AddTable("weather", {{"time_ns", ColumnType::INTEGER},
 *                                           {"temperature_k", ColumnType::REAL}});
 * table->Write({Simulator::Now().GetNanoSeconds(), 293.15});
 * @endcode
 */
class TableOutput : public SimpleRefCount<TableOutput>
{
  public:
    /**
     * @param format "csv": a file NAME.csv per table, and provenance.json; "sqlite": all of it in
     *        the file tables.sqlite, which needs a build with SQLite
     * @param folder where the files go; it is created if need be
     * @return the output
     * @throws std::invalid_argument if the format is unknown or not in this build, or if the folder
     *         cannot be written
     */
    static Ptr<TableOutput> Create(const std::string& format, const std::string& folder);

    /**
     * Check a format without writing anything.
     *
     * @param format as for Create
     * @throws std::invalid_argument if it is unknown or not in this build
     */
    static void CheckFormat(const std::string& format);

    /**
     * Say in the folders of all runs that are under way that they are cut off. Without this, a
     * program that ends before Simulator::Destroy says so itself, but not why.
     *
     * @param reason in one line
     */
    static void CutOff(const std::string& reason);

    virtual ~TableOutput();

    /**
     * Begin a table.
     *
     * @param name of the table: letters, digits and "_"; neither "about" nor "sqlite_...", which
     *        are the database's own
     * @param columns from left to right, at least one; their names likewise. Names that differ in
     *        upper and lower case only are the same to a database, and so to all formats.
     * @return the table
     * @throws std::invalid_argument if a name is not allowed or there already, or if the table
     *         cannot be written
     */
    Ptr<OutputTable> AddTable(const std::string& name, const std::vector<TableColumn>& columns);

    /**
     * Say where the rows come from, once.
     *
     * @param provenance what to say
     * @throws std::invalid_argument if it cannot be written
     */
    virtual void WriteProvenance(const Provenance& provenance) = 0;

  private:
    /**
     * Begin a table.
     *
     * @param name new, and allowed
     * @param columns from left to right
     * @return the table
     */
    virtual Ptr<OutputTable> DoAddTable(const std::string& name,
                                        const std::vector<TableColumn>& columns) = 0;

    std::set<std::string> m_names; ///< of the tables, in lower case
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_TABLE_OUTPUT_H
