/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "csv-table-output.h"

#include "ns3/simulator.h"
#include "ns3/surgery-csv-file.h"
#include "ns3/surgery-provenance.h"

namespace ns3
{
namespace surgery
{

namespace
{

/// A file.
class CsvTable : public OutputTable
{
  public:
    /// @param path the file @param name of the table @param columns from left to right
    CsvTable(const std::string& path,
             const std::string& name,
             const std::vector<TableColumn>& columns)
        : OutputTable(name, columns),
          m_file(path, columns)
    {
    }

    /// Write out what is still in memory.
    void Flush()
    {
        m_file.Flush();
    }

  private:
    void DoWrite(const TableRow& row) override
    {
        m_file.Write(row);
    }

    CsvFile m_file; ///< the file
};

/// A folder.
class CsvTableOutput : public TableOutput
{
  public:
    /// @param folder exists
    explicit CsvTableOutput(const std::string& folder)
        : m_folder(folder)
    {
    }

    void WriteProvenance(const Provenance& provenance) override
    {
        provenance.Write(m_folder + "/provenance.json");
    }

  private:
    Ptr<OutputTable> DoAddTable(const std::string& name,
                                const std::vector<TableColumn>& columns) override
    {
        const auto table = ns3::Create<CsvTable>(m_folder + "/" + name + ".csv", name, columns);
        // the file is closed only when the last reference to the traced objects is gone
        Simulator::ScheduleDestroy(&CsvTable::Flush, table);
        return table;
    }

    std::string m_folder; ///< of the files
};

} // namespace

Ptr<TableOutput>
CreateCsvTableOutput(const std::string& folder)
{
    return Create<CsvTableOutput>(folder);
}

} // namespace surgery
} // namespace ns3
