/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "csv-trace-output.h"

#include "ns3/simulator.h"
#include "ns3/surgery-provenance.h"

#include <fstream>
#include <iomanip>
#include <sstream>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

/// A text as a field: in quotes if it needs them.
std::string
Quote(const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos)
    {
        return text;
    }
    std::ostringstream quoted;
    quoted << std::quoted(text, '"', '"');
    return quoted.str();
}

/// Writes a value as a field.
struct FieldWriter
{
    std::ostream& out; ///< the file
    int digits;        ///< significant ones of a number

    /// Nothing is an empty field.
    void operator()(std::monostate) const
    {
    }

    /// @param value a whole number
    void operator()(int64_t value) const
    {
        out << value;
    }

    /// @param value a number
    void operator()(double value) const
    {
        out << std::setprecision(digits) << value;
    }

    /// @param value a text
    void operator()(const std::string& value) const
    {
        out << Quote(value);
    }
};

/// A file.
class CsvTable : public TraceTable
{
  public:
    /// @param path the file @param name of the table @param columns from left to right
    CsvTable(const std::string& path,
             const std::string& name,
             const std::vector<TraceColumn>& columns)
        : TraceTable(name, columns),
          m_path(path),
          m_out(path)
    {
        if (!m_out)
        {
            throw std::invalid_argument(path + ": cannot write this file");
        }
        const auto* separator = "";
        for (const auto& column : columns)
        {
            m_out << separator << column.name;
            separator = ",";
        }
        m_out << '\n';
    }

    /// Write out what is still in memory.
    void Flush()
    {
        m_out.flush();
        Check();
    }

  private:
    void DoWrite(const TraceRow& row) override
    {
        const auto* separator = "";
        for (std::size_t i = 0; i < row.size(); ++i)
        {
            m_out << separator;
            std::visit(FieldWriter{m_out, GetColumns()[i].digits}, row[i]);
            separator = ",";
        }
        m_out << '\n';
        Check();
    }

    /// A full disk must not look like a short run.
    void Check() const
    {
        if (!m_out)
        {
            throw std::runtime_error(m_path + ": cannot write this file");
        }
    }

    std::string m_path;  ///< of the file
    std::ofstream m_out; ///< the file
};

/// A folder.
class CsvTraceOutput : public TraceOutput
{
  public:
    /// @param folder exists
    explicit CsvTraceOutput(const std::string& folder)
        : m_folder(folder)
    {
    }

    void WriteProvenance(const SurgeryProvenance& provenance) override
    {
        provenance.Write(m_folder + "/provenance.json");
    }

  private:
    Ptr<TraceTable> DoAddTable(const std::string& name,
                               const std::vector<TraceColumn>& columns) override
    {
        const auto table = ns3::Create<CsvTable>(m_folder + "/" + name + ".csv", name, columns);
        // the file is closed only when nobody holds the traced objects anymore
        Simulator::ScheduleDestroy(&CsvTable::Flush, table);
        return table;
    }

    std::string m_folder; ///< of the files
};

} // namespace

Ptr<TraceOutput>
CreateCsvTraceOutput(const std::string& folder)
{
    return Create<CsvTraceOutput>(folder);
}

} // namespace surgery
} // namespace ns3
