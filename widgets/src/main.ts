// Entry of panel.js: the page /widget/frame has nothing but this script, and the panel is its whole content.

// First: the libraries below may call what it adds.
import './old-browsers';
import './styles/base.css';
import './styles/frame.css';
import './styles/answer.css';
import './styles/around.css';
import './styles/layers.css';
import { PanelElement } from './panel';

document.body.append(new PanelElement());
