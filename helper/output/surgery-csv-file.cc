/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-csv-file.h"

#include <filesystem>
#include <iomanip>
#include <stdexcept>
#include <system_error>

namespace ns3
{
namespace surgery
{

namespace
{

/// What is written out at once.
constexpr std::streamoff BUFFER_BYTES = 1 << 14;

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
      m_file(std::fopen(path.c_str(), "wb"), &std::fclose)
{
    if (!m_file)
    {
        throw std::invalid_argument(path + ": cannot write this file");
    }
    // the buffer is here, for it is written out at the ends of lines only
    std::setvbuf(m_file.get(), nullptr, _IONBF, 0);
    TableRow names;
    for (const auto& column : columns)
    {
        names.emplace_back(column.name);
        m_digits.push_back(column.digits);
    }
    Write(names);
}

CsvFile::~CsvFile()
{
    try
    {
        Flush();
    }
    catch (const std::runtime_error&)
    {
        // can no more be reported
    }
}

void
CsvFile::Write(const TableRow& row)
{
    for (std::size_t i = 0; i < row.size(); ++i)
    {
        m_lines << (i > 0 ? "," : "");
        std::visit(FieldWriter{m_lines, m_digits.at(i)}, row[i]);
    }
    m_lines << '\n';
    if (m_lines.tellp() >= BUFFER_BYTES)
    {
        Flush();
    }
}

void
CsvFile::Flush()
{
    const auto lines = m_lines.str();
    m_lines.str("");
    if (std::fwrite(lines.data(), 1, lines.size(), m_file.get()) != lines.size())
    {
        // a line is whole or absent
        std::error_code ignored;
        if (std::filesystem::is_regular_file(m_path, ignored))
        {
            std::filesystem::resize_file(m_path, m_bytes, ignored);
        }
        throw std::runtime_error(m_path + ": cannot write this file");
    }
    m_bytes += lines.size();
}

} // namespace surgery
} // namespace ns3
