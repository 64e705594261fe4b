/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-csv-file.h"

#include <iomanip>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

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

    /// @param value a text, in quotes if it needs them
    void operator()(const std::string& value) const
    {
        if (value.find_first_of(",\"\r\n") == std::string::npos)
        {
            out << value;
        }
        else
        {
            out << std::quoted(value, '"', '"');
        }
    }
};

} // namespace

CsvFile::CsvFile(const std::string& path, const std::vector<TableColumn>& columns)
    : m_path(path),
      m_out(path)
{
    if (!m_out)
    {
        throw std::invalid_argument(path + ": cannot write this file");
    }
    TableRow names;
    for (const auto& column : columns)
    {
        names.emplace_back(column.name);
        m_digits.push_back(column.digits);
    }
    Write(names);
}

void
CsvFile::Write(const TableRow& row)
{
    for (std::size_t i = 0; i < row.size(); ++i)
    {
        m_out << (i > 0 ? "," : "");
        std::visit(FieldWriter{m_out, m_digits.at(i)}, row[i]);
    }
    m_out << '\n';
    Check();
}

void
CsvFile::Flush()
{
    m_out.flush();
    Check();
}

void
CsvFile::Check() const
{
    if (!m_out)
    {
        throw std::runtime_error(m_path + ": cannot write this file");
    }
}

} // namespace surgery
} // namespace ns3
