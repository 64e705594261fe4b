/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "csv-table-output.h"

#include "run-status.h"

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
    /// @param status of the run
    CsvTable(const std::string& path,
             const std::string& name,
             const std::vector<TableColumn>& columns,
             Ptr<RunStatus> status)
        : OutputTable(name, columns),
          m_file(path, columns),
          m_status(status)
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
        m_status->Write([&] { m_file.Write(row); });
    }

    CsvFile m_file;          ///< the file
    Ptr<RunStatus> m_status; ///< of the run
};

/// A folder.
class CsvTableOutput : public TableOutput
{
  public:
    /// @param folder exists @param status of the run
    CsvTableOutput(const std::string& folder, Ptr<RunStatus> status)
        : m_folder(folder),
          m_status(status)
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
        const auto path = m_folder + "/" + name + ".csv";
        const auto table = ns3::Create<CsvTable>(path, name, columns, m_status);
        m_status->Add([table] { table->Flush(); });
        return table;
    }

    std::string m_folder;    ///< of the files
    Ptr<RunStatus> m_status; ///< of the run
};

} // namespace

Ptr<TableOutput>
CreateCsvTableOutput(const std::string& folder, Ptr<RunStatus> status)
{
    return Create<CsvTableOutput>(folder, status);
}

} // namespace surgery
} // namespace ns3
