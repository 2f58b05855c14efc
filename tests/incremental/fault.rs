//! Faults of an author, and their repair.

use super::edit::{Edit, at};
use super::model::{Article, DATA, Model, PICTURES};
use super::theme;

/// Makes what an edit breaks.
pub fn make(model: &mut Model, edit: Edit) {
    match edit {
        Edit::Break(place, fault) => {
            if let Some(place) = at(model, place) {
                model.articles[place].fault = Some(fault);
            }
        }
        Edit::BreakTemplate(number, fault) => {
            let name = theme::TEMPLATES[number % theme::TEMPLATES.len()].0;
            if let Some(template) = model.templates.get_mut(name) {
                template.fault = Some(fault);
            }
        }
        Edit::BreakData(number) => {
            let path = DATA[number % DATA.len()].to_string();
            model.data.entry(path.clone()).or_insert(0);
            model.broken_data.insert(path);
        }
        _ => model.settings.is_broken = true,
    }
}

/// Mends all that is wrong, as a patient author would.
pub fn repair(model: &mut Model) {
    let paths: Vec<String> = model.visible().map(Article::path).collect();
    let Model { articles, templates, own_templates, pictures, data, .. } = model;
    for article in articles {
        article.fault = None;
        article.links.retain(|link| paths.contains(link));
        let is_there = |number: &usize| pictures.contains_key(PICTURES[*number]);
        article.picture = article.picture.filter(is_there);
        article.lead = article.lead.filter(is_there);
        article.chart = article.chart.take().filter(|path| data.contains_key(path));
    }
    for (name, _) in theme::TEMPLATES {
        templates.entry((*name).to_string()).or_default().fault = None;
    }
    for template in own_templates.values_mut() {
        template.fault = None;
    }
    model.broken_data.clear();
    model.settings.is_broken = false;
}
