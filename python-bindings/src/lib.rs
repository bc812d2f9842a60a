//! The native half of the Python package: thin classes over the crate, one file each.

mod arrays;
mod capsule;
mod column;
mod compiled;
mod error;
mod expr;
mod functions;
mod gil;
mod io;
mod lists;
mod memory;
mod numpy;
mod query;
mod reshape;
mod run;
mod scalar;
mod settings;
mod staging;
mod summaries;
mod table;
mod turns;
mod values;
mod watch;

use pyo3::prelude::{Bound, PyModule, PyModuleMethods, PyResult, pymodule, wrap_pyfunction};

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    memory::set_up();
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<column::Column>()?;
    module.add_class::<expr::Expr>()?;
    module.add_class::<numpy::Buffer>()?;
    module.add_class::<query::Query>()?;
    module.add_class::<staging::Staging>()?;
    module.add_class::<table::Table>()?;
    module.add_class::<watch::RunningQuery>()?;
    module.add_class::<watch::Watch>()?;
    module.add_function(wrap_pyfunction!(compiled::call_compiled, module)?)?;
    module.add_function(wrap_pyfunction!(functions::functions, module)?)?;
    module.add_function(wrap_pyfunction!(io::scan_files, module)?)?;
    module.add_function(wrap_pyfunction!(io::write_files, module)?)?;
    module.add_function(wrap_pyfunction!(io::scan_json, module)?)?;
    module.add_function(wrap_pyfunction!(io::scan_csv, module)?)?;
    module.add_function(wrap_pyfunction!(io::scan_parquet, module)?)?;
    module.add_function(wrap_pyfunction!(io::write_csv, module)?)?;
    module.add_function(wrap_pyfunction!(io::write_parquet, module)?)?;
    module.add_function(wrap_pyfunction!(reshape::complete, module)?)?;
    module.add_function(wrap_pyfunction!(reshape::dummies, module)?)?;
    module.add_function(wrap_pyfunction!(reshape::pivot, module)?)?;
    module.add_function(wrap_pyfunction!(reshape::transpose, module)?)?;
    module.add_function(wrap_pyfunction!(reshape::unpivot, module)?)?;
    module.add_function(wrap_pyfunction!(summaries::crosstab, module)?)?;
    module.add_function(wrap_pyfunction!(summaries::equal_width_edges, module)?)?;
    module.add_function(wrap_pyfunction!(summaries::grouping_sets, module)?)?;
    module.add_function(wrap_pyfunction!(summaries::interval_texts, module)?)?;
    module.add_function(wrap_pyfunction!(summaries::pairwise, module)?)?;
    module.add_function(wrap_pyfunction!(summaries::quantile_edges, module)?)?;
    module.add_function(wrap_pyfunction!(summaries::rows_without_equal, module)?)?;
    module.add_function(wrap_pyfunction!(settings::get_settings, module)?)?;
    module.add_function(wrap_pyfunction!(settings::set_settings, module)?)?;
    module.add_function(wrap_pyfunction!(settings::enter_settings, module)?)?;
    module.add_function(wrap_pyfunction!(settings::leave_settings, module)?)?;
    module.add_function(wrap_pyfunction!(watch::check_cancelled, module)?)?;
    module.add_function(wrap_pyfunction!(watch::watch_all, module)?)?;
    Ok(())
}
